//! What relgate itself answers: the whole pipeline, in this process, over the files of a world.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::{Value, json};

use relgate::base::git::Place as ClonePlace;
use relgate::model::exception::Exceptions;
use relgate::model::finding::{Evidence, Finding, State};
use relgate::model::mapping::Mappings;
use relgate::model::policy::Policy;
use relgate::model::problem::{Problem, Weight};
use relgate::model::report::{Fact, Report, Subject};
use relgate::pipeline::{BaselinePlaces, Checkout, Folders, Places, Question, Sources, Wanted, find, gather, judge, merge, policy, tools};

use crate::decider::world::{COMMITS, PATHS, RELEASED};
use crate::decider::{Answer, Identity, Place, Said, Told};
use crate::room::Room;

/// How many grounds are kept at a time.
const MOST_GROUNDS: usize = 4096;

/// relgate at work: what it read once and will not be told otherwise, it need not read again.
pub(crate) struct Relgate {
    room: Room,
    /// What is read next, and what is known of tools.
    sources: RefCell<Sources<'static>>,
    /// What was gathered last, and of what.
    gathered: RefCell<(Value, Evidence)>,
    /// By the text of what they are.
    grounds: RefCell<BTreeMap<String, Rc<Ground>>>,
    checkout: OnceCell<(Vec<String>, Checkout)>,
}

/// A folder in which a project stands: the layers of its policy, the feeds that they name, and CODEOWNERS.
struct Ground {
    /// Below the room's.
    folder: String,
    policy: Result<Policy, Vec<Problem>>,
}

impl Relgate {
    pub(crate) fn new() -> Self {
        let sources = Sources {
            found: find(&[], &Mappings::default()),
            tools: tools(&Folders::default()),
            root: None,
            source_root: None,
            max_input_bytes: 1 << 30,
            threads: 1,
            hashed: false,
        };
        Self {
            room: Room::new(),
            sources: RefCell::new(sources),
            gathered: RefCell::default(),
            grounds: RefCell::default(),
            checkout: OnceCell::new(),
        }
    }

    /// What is decided about a world, or why it is none.
    pub(super) fn answer(&self, world: &Value) -> Result<Said, String> {
        let ground = self.ground(world);
        let room = &self.room;
        let records = json!({"schema": "relgate.exceptions/v1", "exceptions": world["records"]});
        let records = if world["records"] == json!([]) { Vec::new() } else { write(room, "records", &[records]) };
        let run = &world["run"];
        let fact = |key: &str| run[key].as_str().map(|value| Fact { value: value.to_owned(), source: "flag".into() });
        write_vex(room, &ground.folder, list(&world["vex"]));
        let commit = |key: &str| {
            let number = usize::try_from(run[key].as_u64()?).unwrap();
            Some(Fact { value: self.checkout().0[number].clone(), source: "flag".into() })
        };
        let baseline = write_baseline(room, list(&world["known"]));
        let subject = Subject {
            stage: fact("stage"),
            branch: fact("branch"),
            release: fact("release"),
            service: fact("service"),
            repository: fact("repository"),
            commit: commit("to"),
            config_ref: commit("from"),
            ..Subject::default()
        };
        let question = Question {
            policy: ground.policy.clone(),
            vex: relgate::pipeline::VexPlaces::default(),
            exceptions: Places { named: &records, beside: None, commit: None },
            baseline: BaselinePlaces { named: baseline.as_deref(), ..BaselinePlaces::default() },
            flags: Vec::new(),
            now: run["now"].as_str().unwrap().parse().unwrap(),
            dry_run: true,
            ticket_exit_code: 3,
            repository: &room.path(&ground.folder),
            checkout: Some(&self.checkout().1),
            subject,
            proposed: Vec::new(),
        };
        let collected = merge(self.gather(&world["documents"]), Vec::new());
        let report = collected.and_then(|collected| judge(collected, question)).map_err(|error| error.to_string())?;
        let wrong = report.problems.iter().filter(|problem| problem.weight == Weight::Undecided);
        let wrong: Vec<String> = wrong.map(|problem| format!("{} {:?}: {}", problem.code, problem.position, problem.message)).collect();
        let is_read = report.policy.is_some() && report.evidence.findings.iter().count() == report.decisions.len();
        let records = list(&world["records"]);
        let identities = identities(&report.evidence);
        let findings: usize = list(&world["documents"]).iter().map(|document| list(&document["findings"]).len()).sum();
        if !is_read || report.exceptions.records.len() != records.len() || identities.len() != findings {
            return Err(wrong.join("\n"));
        }
        let missed = report.noted.iter().flat_map(|noted| &noted.missed);
        let missed = missed.map(|miss| format!("{}: {}", report.exceptions.records[miss.exception as usize].id, miss.why));
        Ok(Said { answer: told(&report), identities, missed: missed.collect() })
    }

    /// What is wrong with the layers of a policy, where something is: each with its file.
    pub(super) fn refusal(&self, layers: &[Value]) -> Option<Vec<(String, String)>> {
        let ground = self.ground(&json!({"layers": layers}));
        let problems = ground.policy.as_ref().err()?.iter();
        Some(problems.map(|problem| (problem.code.to_owned(), problem.file.clone().unwrap_or_default())).collect())
    }

    /// The keys of each finding, before any are merged.
    pub(super) fn keys(&self, documents: &Value) -> BTreeMap<Place, Vec<String>> {
        identities(&self.gather(documents)).into_iter().map(|(place, identity)| (place, identity.keys)).collect()
    }

    fn gather(&self, documents: &Value) -> Evidence {
        let mut gathered = self.gathered.borrow_mut();
        if gathered.0 != *documents {
            let files = write(&self.room, "report", list(documents)).into_iter().map(|path| format!("relgate:{path}"));
            let mut sources = self.sources.borrow_mut();
            sources.found = find(&files.collect::<Vec<_>>(), &Mappings::default());
            *gathered = (documents.clone(), gather(&sources));
        }
        gathered.1.clone()
    }

    /// What a world stands on, written and read.
    fn ground(&self, world: &Value) -> Rc<Ground> {
        let text = format!("{} {} {}", world["layers"], world["feeds"], world["codeowners"]);
        let mut grounds = self.grounds.borrow_mut();
        if let Some(ground) = grounds.get(&text) {
            return Rc::clone(ground);
        }
        if grounds.len() == MOST_GROUNDS {
            grounds.clear();
        }
        let folder = format!("ground-{}", grounds.len());
        if self.room.path(&folder).exists() {
            std::fs::remove_dir_all(self.room.path(&folder)).unwrap();
        }
        if let Some(lines) = world["codeowners"].as_array() {
            let lines: Vec<&str> = lines.iter().map(|line| line.as_str().unwrap()).collect();
            self.room.write(&format!("{folder}/CODEOWNERS"), lines.join("\n") + "\n");
        }
        write_feeds(&self.room, &folder, &world["feeds"]);
        let names = write(&self.room, &format!("{folder}/policy"), list(&world["layers"]));
        let policy = policy(&Wanted { names: &names, ..Wanted::default() });
        let ground = Rc::new(Ground { folder, policy });
        grounds.insert(text, Rc::clone(&ground));
        ground
    }

    /// A clone with the commits, which is made once, and their hashes.
    fn checkout(&self) -> &(Vec<String>, Checkout) {
        self.checkout.get_or_init(|| {
            let room = &self.room;
            let folder = room.path("clone");
            std::fs::create_dir(&folder).unwrap();
            room.git(&["-C", "clone", "init", "-q"]);
            let hashes = COMMITS.map(|commit| {
                for (path, text) in PATHS.iter().zip(commit) {
                    let name = format!("clone/{path}");
                    match text {
                        Some(text) => drop(room.write(&name, text)),
                        None if room.path(&name).exists() => std::fs::remove_file(room.path(&name)).unwrap(),
                        None => {}
                    }
                }
                room.git(&["-C", "clone", "add", "-A"]);
                room.git(&["-C", "clone", "commit", "-q", "--allow-empty", "-m", "x"]);
                room.git(&["-C", "clone", "rev-parse", "HEAD"])
            });
            let programs = std::env::var_os("PATH").unwrap();
            (hashes.into(), Checkout { place: ClonePlace { root: folder, programs }, below: String::new() })
        })
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Writes a file for each document; JSON is YAML.
fn write(room: &Room, name: &str, documents: &[Value]) -> Vec<String> {
    let write = |(number, document): (usize, &Value)| room.write(&format!("{name}-{number}.json"), document.to_string());
    documents.iter().enumerate().map(write).map(|path| path.to_str().unwrap().to_owned()).collect()
}

/// Writes the baseline, where anything was known before.
fn write_baseline(room: &Room, known: &[Value]) -> Option<String> {
    let of = |standing: &str| -> Vec<Value> {
        let entry = |entry: &Value| {
            let hex = entry["keys"][0].as_str().unwrap().rsplit_once(':').unwrap().1;
            json!({"id": format!("F-{}", hex.split_at(12).0), "keys": entry["keys"], "tool": entry["tool"], "first_seen": entry["first_seen"]})
        };
        known.iter().filter(|entry| entry["standing"] == standing).map(entry).collect()
    };
    let file = json!({
        "schema": "relgate.baseline/v1", "created": RELEASED, "accountable": "dana@acme.example", "approved": "2026-11-20",
        "reason": "Known before the gate was there", "adopted": of("adopted"), "seen": of("seen"),
    });
    let path = room.write("baseline.json", file.to_string());
    (!known.is_empty()).then(|| path.to_str().unwrap().to_owned())
}

/// Writes VEX documents into the folders that policies name. The files of a run before are gone.
fn write_vex(room: &Room, ground: &str, files: &[Value]) {
    for folder in ["vex", "vendor"] {
        let folder = room.path(&format!("{ground}/{folder}"));
        if folder.exists() {
            std::fs::remove_dir_all(folder).unwrap();
        }
    }
    for (number, file) in files.iter().enumerate() {
        room.write(&format!("{ground}/{}/{number}.json", file["folder"].as_str().unwrap()), file["says"].to_string());
    }
}

/// Writes the feeds as their publishers do.
fn write_feeds(room: &Room, ground: &str, feeds: &Value) {
    let write = |name: &str, text: &str| drop(room.write(&format!("{ground}/feeds/{name}"), text));
    let kev: Vec<Value> =
        feeds["kev"].as_array().into_iter().flatten().map(|cve| json!({"cveID": cve, "dateAdded": "2024-06-01"})).collect();
    // No list is without an entry.
    let kev = [&kev[..], &[json!({"cveID": "CVE-2021-44228", "dateAdded": "2021-12-10"})]].concat();
    write("kev.json", &json!({"dateReleased": RELEASED, "count": kev.len(), "vulnerabilities": kev}).to_string());
    let scores = feeds["epss"].as_object().into_iter().flatten().map(|(cve, score)| format!("{cve},{score},0.5\n"));
    let scores: String = scores.chain(["CVE-2021-44228,0.9,0.9\n".to_owned()]).collect();
    write("epss.csv", &format!("#model_version:v2025.03.14,score_date:{RELEASED}\ncve,epss,percentile\n{scores}"));
    write("ssvc/updated", RELEASED);
    let known = json!({"exploitation": "none", "automatable": "no", "technical_impact": "partial"});
    for (cve, points) in feeds["ssvc"].as_object().into_iter().flatten().chain([(&"CVE-2021-44228".to_owned(), &known)]) {
        let options = json!([
            {"Exploitation": points["exploitation"]}, {"Automatable": points["automatable"]}, {"Technical Impact": points["technical_impact"]},
        ]);
        let content = json!({"id": cve, "role": "CISA Coordinator", "timestamp": RELEASED, "version": "2.0.3", "options": options});
        let provider = json!({"orgId": "134c704f-9b21-4f2e-91b3-4a467353bcc0", "shortName": "CISA-ADP", "dateUpdated": RELEASED});
        let adp = json!({"providerMetadata": provider, "metrics": [{"other": {"type": "ssvc", "content": content}}]});
        let metadata = json!({"cveId": cve, "state": "PUBLISHED", "dateUpdated": RELEASED});
        let record = json!({"dataType": "CVE_RECORD", "dataVersion": "5.1", "cveMetadata": metadata, "containers": {"adp": [adp]}});
        let (year, number) = cve.trim_start_matches("CVE-").split_once('-').unwrap();
        write(&format!("ssvc/{year}/{}xxx/{cve}.json", number.split_at(number.len() - 3).0), &record.to_string());
    }
}

/// Where a finding was seen: documents and places in them.
fn places(evidence: &Evidence, finding: &Finding) -> BTreeSet<Place> {
    let sightings = evidence.sightings.get(finding.sightings).iter();
    sightings.map(|sighting| (evidence.scan(sighting).unwrap().input as usize, sighting.pointer.index as usize)).collect()
}

fn identities(evidence: &Evidence) -> BTreeMap<Place, Identity> {
    let identity = |finding: &Finding| Identity {
        id: finding.id.to_string(),
        keys: evidence.fingerprints.get(finding.fingerprints).iter().map(|key| format!("{}:{}", key.scheme.word(), key.hex())).collect(),
    };
    let findings = evidence.findings.iter();
    findings.flat_map(|finding| places(evidence, finding).into_iter().map(move |place| (place, identity(finding)))).collect()
}

fn told(report: &Report) -> Answer {
    let name = |exceptions: &Exceptions, place: u32| exceptions.records[place as usize].id.clone();
    let rules = |span| {
        let places = report.fired.get(span).iter();
        places.map(|&rule| report.policy.as_ref().unwrap().rules[usize::from(rule)].id.clone()).collect::<BTreeSet<_>>()
    };
    let of = report.evidence.findings.iter().zip(report.decisions.iter()).filter(|(finding, _)| finding.state == State::Open);
    let findings = of.map(|(finding, decision)| {
        let applied = report.noted(decision).map_or(&[][..], |noted| &noted.applied);
        let told = Told {
            action: decision.action.word(),
            without_exceptions: decision.without_exceptions.word(),
            severity: decision.severity.word(),
            fired: rules(decision.fired),
            later: rules(decision.later),
            owners: report.owners(decision).map(|owners| owners.into_iter().map(|(owner, _)| owner.name.clone()).collect()),
            due: decision.deadline.due.map(|day| day.to_string()),
            overdue: decision.deadline.overdue,
            is_excused: report.noted(decision).is_some_and(|noted| !noted.vex.is_empty()),
            applied: applied.iter().map(|&place| name(&report.exceptions, place)).collect(),
        };
        (places(&report.evidence, finding), told)
    });
    Answer {
        verdict: report.verdict.outcome.word(),
        exit_code: report.verdict.exit_code,
        findings: findings.collect(),
        budgets: report
            .budgets()
            .map(|(budget, spent)| (budget.id.clone(), (usize::try_from(spent.count).unwrap(), spent.exceeded)))
            .collect(),
        fates: report.exceptions().map(|(record, standing)| (record.id.clone(), standing.fate.word())).collect(),
    }
}
