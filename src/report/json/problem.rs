//! Problems as JSON.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::base::fault::Position;
use crate::model::decision::Synthetic;
use crate::model::problem::Problem;

/// One problem; of a synthetic finding, under its rule id.
pub(in crate::report) struct ProblemView<'a> {
    code: &'static str,
    problem: &'a Problem,
}

impl<'a> ProblemView<'a> {
    pub(in crate::report) fn of(problem: &'a Problem) -> Self {
        Self { code: problem.code, problem }
    }

    pub(super) fn of_synthetic(synthetic: &'a Synthetic) -> Self {
        Self { code: synthetic.rule_id, problem: &synthetic.problem }
    }
}

impl Serialize for ProblemView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let problem = self.problem;
        let (line, column, pointer, byte) = match &problem.position {
            Position::Whole => (None, None, None, None),
            Position::Line(line, column) => (Some(line), Some(column), None, None),
            Position::Pointer(pointer) => (None, None, Some(pointer), None),
            Position::Byte(byte) => (None, None, None, Some(byte)),
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("weight", problem.weight.word())?;
        map.serialize_entry("code", self.code)?;
        map.serialize_entry("file", &problem.file)?;
        map.serialize_entry("line", &line)?;
        map.serialize_entry("column", &column)?;
        map.serialize_entry("pointer", &pointer)?;
        map.serialize_entry("byte", &byte)?;
        map.serialize_entry("message", &problem.message)?;
        map.serialize_entry("help", &problem.help)?;
        map.serialize_entry("more", &problem.more)?;
        map.end()
    }
}
