//! The demo's decisions: last year's are signed, one of them was corrected and one of their titles taken back; this year's are drafts, and
//! some of those who pass are still to be listed.

use chrono::{DateTime, TimeDelta, Utc};
use shared::SortedMap;
use shared::access::Actor;
use shared::award::{Award, Occasion, Piece};
use shared::calendar::{self, Year};
use shared::change::{Change, ChangeBody};
use shared::criteria::Title;
use shared::decision::{Deciding, DecisionStep, Does, LISTED_MAX};
use shared::ids::{ChangeId, DocumentId, SubjectId, UnitId};

use super::{Deed, Maker, Village};

/// Communes that tell of somebody on the public page.
const TELLING: usize = 2;

/// Those of a commune who pass in a year, with who decides about them.
pub(super) struct Deserving {
    checker: Actor,
    leader: Actor,
    people: Vec<SubjectId>,
    /// When the last of them was checked.
    checked: DateTime<Utc>,
}

/// A decision that is on its way.
struct Paper {
    id: DocumentId,
    shard: UnitId,
    year: Year,
    corrects: Option<DocumentId>,
    people: Vec<SubjectId>,
}

impl Maker {
    pub(super) fn deserves(
        &mut self,
        village: &Village,
        person: SubjectId,
        year: Year,
        checked: DateTime<Utc>,
    ) {
        let of = self.deserving.entry((village.shard, year));
        let of = of.or_insert_with(|| Deserving {
            checker: village.checker.clone(),
            leader: village.leader.clone(),
            people: Vec::new(),
            checked,
        });
        of.people.push(person);
        of.checked = of.checked.max(checked);
    }

    pub(super) fn decisions(&mut self) {
        let this_year = self.year();
        for (at, ((shard, year), of)) in std::mem::take(&mut self.deserving).into_iter().enumerate()
        {
            match year < this_year {
                true => self.signed(shard, year, &of, at),
                false => self.drafted(shard, year, &of),
            }
        }
    }

    /// A year that is over: everybody who passes was recognised. The first of the list had declared what was not so.
    fn signed(&mut self, shard: UnitId, year: Year, of: &Deserving, at: usize) {
        let people = of.people.iter().take(LISTED_MAX).copied().collect();
        let drafted = (of.checked + TimeDelta::days(9)).min(self.now);
        let paper = self.draft(shard, year, people, Does::Recognise, &of.checker, drafted);
        let signed = (drafted + TimeDelta::days(5)).min(self.now);
        self.sign(&paper, &of.leader, 118 + at, signed);
        self.commended(&paper, of, signed);
        if at < TELLING {
            self.tell_of(&paper.people, year, of.checker.user, signed);
            self.note_of(shard, &paper.people, year, of.checker.user, signed);
        }
        let Some(first) = paper.people.first().filter(|_| at == 0) else {
            return;
        };
        self.corrected(&paper, of, signed);
        let reason = "Khai chưa đúng số lớp đã học; nhà trường đã xác nhận lại.".to_owned();
        let drafted = (signed + TimeDelta::days(60)).min(self.now);
        let revoke = Does::Revoke { reason };
        let back = self.draft(shard, year, vec![*first], revoke, &of.checker, drafted);
        let signed = (drafted + TimeDelta::days(3)).min(self.now);
        self.sign(&back, &of.leader, 31, signed);
    }

    /// A slip of the pen in the text of a signed paper, which another paper corrects.
    fn corrected(&mut self, paper: &Paper, of: &Deserving, signed: DateTime<Utc>) {
        let drafted = (signed + TimeDelta::days(10)).min(self.now);
        let does = Does::Correct {
            decision: paper.id,
            wording: String::new(),
        };
        let (shard, year) = (paper.shard, paper.year);
        let correction = self.draft(shard, year, Vec::new(), does, &of.checker, drafted);
        let reword = DecisionStep::Reword {
            readings: SortedMap::new(),
            wording: "Ở phần căn cứ, “ngày 25/10/2022” nay đọc là “ngày 25/10/2023”.".to_owned(),
        };
        self.decide(&correction, &of.checker, reword, drafted);
        let signed = (drafted + TimeDelta::days(2)).min(self.now);
        self.sign(&correction, &of.leader, 133, signed);
    }

    /// Some of those who hold the title are to be commended: the list lies before the chairman.
    fn commended(&mut self, paper: &Paper, of: &Deserving, signed: DateTime<Utc>) {
        // Not the first, whose title is taken back.
        let people: Vec<SubjectId> = paper
            .people
            .iter()
            .skip(1)
            .step_by(7)
            .take(5)
            .copied()
            .collect();
        if people.is_empty() {
            return;
        }
        let commend = Does::Commend {
            award: Award::CommuneCommendation,
            occasion: Occasion::Year,
        };
        let drafted = (signed + TimeDelta::days(20)).min(self.now);
        self.draft(
            paper.shard,
            paper.year,
            people,
            commend,
            &of.checker,
            drafted,
        );
        self.proposed(paper, of, drafted);
    }

    /// Others lie before the province.
    fn proposed(&mut self, paper: &Paper, of: &Deserving, drafted: DateTime<Utc>) {
        let people = paper.people.iter().skip(2).step_by(7).take(3);
        let people: Vec<SubjectId> = people.copied().collect();
        if people.is_empty() {
            return;
        }
        let does = Does::Commend {
            award: Award::ProvinceCommendation,
            occasion: Occasion::Year,
        };
        let proposal = self.draft(paper.shard, paper.year, people, does, &of.checker, drafted);
        let pieces = Piece::ALL.to_vec();
        let gather = DecisionStep::Gather { pieces };
        self.decide(&proposal, &of.checker, gather, drafted);
        let sent = (drafted + TimeDelta::days(4)).min(self.now);
        let letter = DecisionStep::Submit {
            number: "41/TTr-UBND".to_owned(),
            on: calendar::day(sent),
            signer: of.leader.name.clone(),
        };
        self.decide(&proposal, &of.checker, letter, sent);
    }

    /// The year being judged: two of three are on a draft, the others are still to be listed.
    fn drafted(&mut self, shard: UnitId, year: Year, of: &Deserving) {
        let people = of.people.iter().enumerate();
        let people: Vec<SubjectId> = people
            .filter(|(at, _)| at % 3 != 2)
            .map(|(_, person)| *person)
            .collect();
        if people.len() > 2 {
            let checker = &of.checker;
            self.draft(shard, year, people, Does::Recognise, checker, self.now);
        }
    }

    fn draft(
        &mut self,
        shard: UnitId,
        year: Year,
        people: Vec<SubjectId>,
        does: Does,
        by: &Actor,
        at: DateTime<Utc>,
    ) -> Paper {
        let paper = Paper {
            id: DocumentId::from_uuid(self.dice.id(at)),
            shard,
            year,
            corrects: does.corrects(),
            people,
        };
        let shard = paper.shard;
        self.decide(&paper, by, DecisionStep::Draft { shard, does }, at);
        paper
    }

    fn sign(&mut self, paper: &Paper, leader: &Actor, number: usize, at: DateTime<Utc>) {
        let step = DecisionStep::Sign {
            number: format!("{number}/QĐ-UBND"),
            on: calendar::day(at),
            signer: leader.name.clone(),
        };
        self.decide(paper, leader, step, at);
    }

    fn decide(&mut self, paper: &Paper, by: &Actor, step: DecisionStep, at: DateTime<Utc>) {
        let change = Change {
            id: ChangeId::from_uuid(self.dice.id(at)),
            doc: paper.id,
            seen: None,
            made_at: at,
            body: ChangeBody::Decide(Deciding {
                step,
                title: Title::LearningCitizen,
                year: paper.year,
                corrects: paper.corrects,
                subjects: paper.people.clone(),
            }),
        };
        self.deeds.push(Deed {
            actor: by.clone(),
            changes: vec![change],
        });
    }
}
