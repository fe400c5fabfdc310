//! What is done with cases: by staff, at the command line, and by the hall's own clock. Everything goes one way,
//! [`Cases::execute`].

use super::domain::{
    Actor, CaseCommand, CaseRecord, CaseView, Kept, Look, MaterialView, RecordContext, SearchTerm, Standing,
    Version,
};
use super::lookup::Cases;
use super::store::{Case, CaseError, context};
use crate::audit;
use crate::db::StoreError;
use bianmin_locale::{Texts, Words};
use bianmin_protocol::case::{CaseState, Progress};
use bianmin_protocol::ids::ApplicationId;

impl Cases {
    /// Does what a command says, and returns the case as it is then. `seen` is the version that the actor saw; without it
    /// whatever the case is now is meant.
    ///
    /// # Errors
    /// The rules do not allow it, somebody has changed the case meanwhile, there is none, or the database fails.
    pub async fn execute(
        &self,
        actor: &Actor,
        id: ApplicationId,
        seen: Option<Version>,
        command: CaseCommand,
    ) -> Result<CaseView, CaseError> {
        let context = self.context().await?;
        let command = self.in_words(command);
        let changed = self.store.cases().execute(actor, id, seen, |_| Ok(command), &context).await?;
        Ok(view(changed.case, &context))
    }

    /// Takes a case to a state by the step that leads there, and returns what its resident is told.
    ///
    /// # Errors
    /// As [`Cases::execute`].
    pub async fn decide(
        &self,
        actor: &Actor,
        id: ApplicationId,
        to: CaseState,
        remark: &str,
    ) -> Result<Progress, CaseError> {
        let context = self.context().await?;
        let remark = remark.to_owned();
        let command = |case: &Case| case.toward(to, remark);
        let changed = self.store.cases().execute(actor, id, None, command, &context).await?;
        let progress = match changed.progress {
            Some(progress) => progress,
            None => self.store.cases().progress(id).await?.ok_or(CaseError::Unknown)?,
        };
        Ok(self.readable(progress))
    }

    /// A case with everything that happened to it; `None` if there is none.
    ///
    /// # Errors
    /// The database fails.
    pub async fn view(&self, id: ApplicationId) -> Result<Option<CaseView>, StoreError> {
        let context = self.context().await?;
        let case = self.store.cases().case(id, &context).await?;
        Ok(case.map(|case| view(case, &context)))
    }

    /// The newest cases that a text finds, of these departments (`None` for all), at most `limit`: by registration or case
    /// number, or by whole name, identity number or telephone number.
    ///
    /// # Errors
    /// The database fails.
    pub async fn search(
        &self,
        text: &str,
        departments: Option<&[String]>,
        limit: u32,
    ) -> Result<Vec<CaseRecord>, StoreError> {
        let may_see =
            |case: &CaseRecord| departments.is_none_or(|departments| departments.contains(&case.department));
        if let Some(id) = self.store.intake().find_application(text.trim()).await? {
            let case = self.store.cases().record(id).await?;
            return Ok(case.into_iter().filter(may_see).collect());
        }
        let terms = SearchTerm::meant(text);
        let digests = terms.iter().flat_map(|term| self.case_keys.digests(term)).collect();
        self.store.cases().by_digest(digests, departments, limit).await
    }

    /// Notes that somebody has looked at what a case has of a person, and why. To be called before it is shown.
    ///
    /// # Errors
    /// The database fails; then nothing may be shown.
    pub async fn note_look(&self, actor: &Actor, id: ApplicationId, why: &str) -> Result<(), StoreError> {
        let actor = actor.identity();
        let why = self.case_keys.seal(&id.to_string(), why)?;
        let look = audit::NewEvent {
            at: self.clock.now(),
            kind: "looked",
            about: id.to_string(),
            content: serde_json::json!({ "why": why }).to_string(),
            actor: actor.clone(),
        };
        let transaction = self.store.begin().await?;
        let name = actor.to_string();
        let (family, one) = name.split_once(':').unwrap_or((&name, ""));
        let stream = audit::Stream::new(family, one);
        audit::append(&transaction, &self.case_keys.chain, stream, look).await?;
        transaction.commit().await
    }

    /// Who has looked at what a case has of a person, the newest first, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn looks(&self, id: ApplicationId, limit: u32) -> Result<Vec<Look>, StoreError> {
        let events = self.store.audit().about(&id.to_string(), limit).await?;
        let look = |event: audit::Event| {
            let content: serde_json::Value = serde_json::from_str(&event.content).unwrap_or_default();
            let why = content["why"].as_str().unwrap_or_default();
            Look { at: event.at, actor: event.actor, why: self.case_keys.open(&id.to_string(), why) }
        };
        Ok(events.into_iter().filter(|event| event.kind == "looked").map(look).collect())
    }

    /// Where a case stands, for its resident; `None` if there is none.
    ///
    /// # Errors
    /// The database fails.
    pub async fn progress(&self, id: ApplicationId) -> Result<Option<Progress>, StoreError> {
        Ok(self.store.cases().progress(id).await?.map(|progress| self.readable(progress)))
    }

    /// Where an application stands, with what the resident is told opened.
    pub(super) fn opened(&self, standing: Standing) -> Standing {
        match standing {
            Standing::Case(progress) => Standing::Case(self.readable(progress)),
            other => other,
        }
    }

    /// The command with what the resident has to be told that nobody wrote: terminals and phones have no other words for it.
    fn in_words(&self, command: CaseCommand) -> CaseCommand {
        let texts = Texts::new(self.language);
        match command {
            CaseCommand::AcceptBySilence { .. } => {
                CaseCommand::AcceptBySilence { remark: texts.t("remark-silence") }
            }
            CaseCommand::Withdraw { reason } if reason.trim().is_empty() => {
                CaseCommand::Withdraw { reason: texts.t("remark-withdrawn") }
            }
            CaseCommand::Withdraw { reason } => {
                let words = Words::new("remark-withdrawn-because").with("reason", reason);
                CaseCommand::Withdraw { reason: words.say(&texts) }
            }
            CaseCommand::StartProcedure { name, remark } if remark.trim().is_empty() => {
                CaseCommand::StartProcedure { remark: name.clone(), name }
            }
            other => other,
        }
    }

    /// The same with what the resident is told opened: it is stored sealed, for terminals too.
    pub(crate) fn readable(&self, mut progress: Progress) -> Progress {
        progress.remark = self.case_keys.open(&progress.case_number.to_string(), &progress.remark);
        progress
    }

    /// What recording needs now.
    pub(super) async fn context(&self) -> Result<RecordContext, StoreError> {
        context(&self.store, &self.keys, &self.case_keys, &self.clock).await
    }
}

fn view(case: Case, context: &RecordContext) -> CaseView {
    let fold = &case.fold;
    let material = |one: &super::domain::Promise| {
        let kept = fold.materials.get(&one.material).copied();
        MaterialView {
            material: one.material.clone(),
            due: one.due,
            received_at: match kept {
                Some(Kept::Received(at)) => Some(at),
                _ => None,
            },
            is_missed: kept == Some(Kept::Missed),
        }
    };
    CaseView {
        application_id: case.id,
        case_number: case.number.clone(),
        state: fold.state,
        remark: context.case_keys.open(&case.number, &fold.remark),
        version: Version(case.end.events),
        item: (fold.opening.item.clone(), fold.opening.item_version),
        department: fold.opening.department.clone(),
        received_at: fold.opening.received_at,
        held_by: fold.held_by.clone(),
        is_on_hold: fold.is_on_hold,
        is_issued: fold.is_issued,
        is_withdrawn: fold.is_withdrawn,
        supplements: fold.supplements,
        clock: context.timing().view(fold, context.now),
        materials: fold.opening.promises.iter().map(material).collect(),
        history: case.history(context),
        fold: case.fold,
    }
}
