//! Targets: met or not, level by level.

use crate::criteria::{CriterionCode, Indicator};

use super::{Answer, Grade, Grounds, Need, Reason, Short, Tally};

/// An answer that is judged against a target.
pub(super) struct Standing<'a> {
    pub indicator: &'a Indicator,
    pub answer: Answer,
    pub lacks_proof: bool,
}

impl Standing<'_> {
    /// What is missing for a level. `None`: nothing.
    fn needs(&self, level: u8, grounds: &Grounds<'_>) -> Option<Need> {
        let target = self.indicator.target(level, grounds.area()).unwrap_or(0);
        let short = match self.answer {
            Answer::Met(met) => (!met).then_some(Need::Met),
            Answer::Share { part, whole } => {
                let below = u64::from(part) * 1_000 < u64::from(target) * u64::from(whole);
                below.then_some(Need::Share(target))
            }
            Answer::Result { level: found, year } => {
                let target = u8::try_from(target).unwrap_or(u8::MAX);
                let stale = grounds.year.filter(|judged| year < *judged);
                match (found < target, stale) {
                    (true, _) => Some(Need::Level(target)),
                    (false, stale) => stale.map(Need::Year),
                }
            }
            Answer::Points(_) | Answer::Exempt => None,
        };
        // What is not met needs that first; evidence of it would prove nothing.
        short.or(self.lacks_proof.then_some(Need::Evidence))
    }

    /// The official target that it is, or is a clause of.
    fn target(&self) -> &CriterionCode {
        target(self.indicator)
    }
}

fn target(indicator: &Indicator) -> &CriterionCode {
    indicator.clause_of.as_ref().unwrap_or(&indicator.code)
}

impl Tally<'_> {
    /// The gates of a set of points: who does not reach one does not pass.
    pub(super) fn judge_gates(&mut self) {
        for gate in std::mem::take(&mut self.standing) {
            if let Some(needs) = gate.needs(1, &self.grounds) {
                let code = gate.indicator.code.clone();
                self.holds_back(gate.indicator, gate.answer, needs);
                self.reason(Reason::BelowTarget { code });
            }
        }
    }

    /// The level reached is the highest of which everything holds, and of all levels below it.
    pub(super) fn judge_levels(&mut self) {
        let standing = std::mem::take(&mut self.standing);
        let grounds = self.grounds;
        let holds = |level: &u8| {
            standing
                .iter()
                .all(|it| it.needs(*level, &grounds).is_none())
        };
        let reached = (1..=self.set.levels).take_while(holds).last().unwrap_or(0);
        // Every other criterion is exempt: there is nothing to judge.
        let is_judged = !standing.is_empty();
        let complete = self.score.complete;
        let next = reached.saturating_add(1).min(self.set.levels);
        let verdict = &mut self.score.verdict;
        verdict.passes = match reached {
            0 if is_judged => Some(false),
            _ => (complete && is_judged).then_some(true),
        };
        let grade = reached > 0 && verdict.passes == Some(true);
        verdict.grade = grade.then_some(Grade::Level(reached));
        let distance = &mut verdict.distance;
        distance.to = (reached < next || !complete).then_some(Grade::Level(next));
        for it in &standing {
            let Some(needs) = it.needs(next, &grounds) else {
                continue;
            };
            let code = it.indicator.code.clone();
            distance.short.push(Short {
                code: code.clone(),
                has: it.answer,
                needs,
            });
            if reached == 0 {
                verdict.reasons.push(Reason::BelowTarget { code });
            }
        }
        // An official target counts once, and is met when none of its clauses is short or missing.
        let missing = &self.score.missing;
        let open = self
            .set
            .indicators()
            .filter(|it| missing.contains(&it.code));
        let mut not_met: Vec<&CriterionCode> = open.map(target).collect();
        let short = standing
            .iter()
            .filter(|it| it.needs(next, &grounds).is_some());
        not_met.extend(short.map(Standing::target));
        let mut all: Vec<&CriterionCode> = standing.iter().map(Standing::target).collect();
        all.extend(&not_met);
        for targets in [&mut all, &mut not_met] {
            targets.sort_unstable();
            targets.dedup();
        }
        distance.of = all.len();
        distance.met = all.len() - not_met.len();
    }
}
