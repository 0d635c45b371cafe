//! Files as they would be: what is read then, and whether a run would read them.

use super::*;

#[test]
fn a_file_is_read_as_it_would_be() -> anyhow::Result<()> {
    let room = tempfile::tempdir()?;
    let path = |name: &str| room.path().join(name).display().to_string();
    fs::write(path("b.yaml"), file(&[record(&[])]))?;
    let today = parse_date("2026-11-23").unwrap_or_default();
    let other = file(&[record(&[("id", "EXC-2"), ("match", "{rule_id: xss, path: [a]}")])]);
    // The ids of the records, the files, what is told, and whether a run would read the file.
    let load = |named: &[String], name: &str, text: &str| {
        let places = Places { named, ..Places::default() };
        let (exceptions, problems, is_read) = load_edited(&places, Some(&policy()), today, Some(Edited { file: name, text }));
        let ids: Vec<String> = exceptions.records.iter().map(|record| record.id.clone()).collect();
        let told: Vec<_> = problems.iter().map(|problem| (problem.code, problem.file.clone().unwrap_or_default())).collect();
        (ids.join(" "), exceptions.files.iter().map(|file| file.path.clone()).collect::<Vec<_>>(), told, is_read)
    };
    let (all, [a, b, c]) = ([path("*.yaml")], ["a.yaml", "b.yaml", "c.yaml"].map(path));
    assert_eq!(load(&all, &b, &other), ("EXC-2".to_owned(), vec![b.clone()], vec![], true));
    assert_eq!(load(&all, &a, &other), ("EXC-1 EXC-2".to_owned(), vec![a.clone(), b.clone()], vec![], true), "it is not there yet");
    assert_eq!(load(&all, "x.yml", &other), ("EXC-1 EXC-2".to_owned(), vec![b.clone(), "x.yml".to_owned()], vec![], false));
    // That it is not there yet is no mistake, and that another one is not there is.
    assert_eq!(load(std::slice::from_ref(&a), &a, &other), ("EXC-2".to_owned(), vec![a.clone()], vec![], true));
    let missing = vec![("missing", c.clone())];
    assert_eq!(load(&[a.clone(), c], &a, &other), (String::new(), vec![a.clone()], missing, true));
    // What is wrong with it is told as of any other file.
    let hidden = other.replace("upstream", "up\u{200b}stream");
    assert_eq!(load(&all, &a, &hidden).2, [("config-character", a.clone())]);
    assert_eq!(load(&all, &a, "a: [").2.into_iter().map(|(_, file)| file).collect::<Vec<_>>(), [a]);
    Ok(())
}
