//! The configuration that a change brings: it judges nothing yet, and is looked at before it is merged.

use jiff::Timestamp;

use crate::base::fault::{Fault, Position};
use crate::base::source::Committed;
use crate::cli::args::CheckArgs;
use crate::cli::governing::Governed;
use crate::cli::{clone, governing, inspect};
use crate::model::problem::{Problem, Weight};
use crate::model::report::Subject;
use crate::pipeline::{self, BaselinePlaces, Checkout, Places, VexPlaces};

/// What a change would have judge, were it merged.
pub(super) struct Proposed {
    pub(super) governed: Governed,
    /// The files of its commit.
    pub(super) files: Committed,
    /// What is wrong with it: one bad record would stop everyone.
    pub(super) problems: Vec<Problem>,
}

impl Proposed {
    /// That of the commit that is judged, where it edits any of the configuration.
    pub(super) fn of(args: &CheckArgs, checkout: Option<&Checkout>, subject: &Subject, now: Timestamp) -> Option<Self> {
        let commit = subject.commit.as_ref().filter(|_| checkout.is_some_and(|clone| pipeline::touches_configuration(clone, subject)))?;
        // That a commit cannot be read is told by whoever holds it against the other one.
        let files = clone::files(commit, checkout).ok()?;
        let (governed, mut problems) = match governing::read(&args.judging.governing, Ok(Some(&files))) {
            Err(error) => {
                let problems = wrong(&error);
                (Governed { policy: Err(problems.clone()), exceptions: None, baseline: None }, problems)
            }
            Ok(governed) => {
                let problems = of_records(args, &governed, &files, now);
                (governed, problems)
            }
        };
        problems.extend(inspect::tools(Some(&files)).map_or_else(|error| wrong(&error), |tools| tools.problems));
        problems.retain(|problem| problem.weight == Weight::Undecided);
        for problem in &mut problems {
            problem.message = format!("as the change would have it: {}", problem.message);
        }
        Some(Self { governed, files, problems })
    }
}

fn wrong(error: &anyhow::Error) -> Vec<Problem> {
    let fault = Fault { code: "config-proposed", position: Position::Whole, message: format!("{error:#}"), help: String::new() };
    vec![Problem::of_fault(Weight::Undecided, None, fault)]
}

/// What is wrong with the policy, or with the exceptions, the VEX documents and the baseline that it takes.
fn of_records(args: &CheckArgs, governed: &Governed, files: &Committed, now: Timestamp) -> Vec<Problem> {
    let commit = Some(files);
    let policy = governed.policy.as_ref().ok();
    let places = Places { named: &args.judging.exceptions, beside: governed.exceptions.as_deref(), commit };
    let (_, mut told) = pipeline::exceptions(&places, policy, now);
    told.extend(pipeline::vex(&VexPlaces { named: &args.judging.vex, commit }, policy, now).1);
    let places = BaselinePlaces { named: args.baseline.as_deref(), beside: governed.baseline.as_deref(), commit, is_written: false };
    told.extend(pipeline::baseline_problems(policy, &places, now));
    told.extend(governed.policy.as_ref().err().into_iter().flatten().cloned());
    told
}
