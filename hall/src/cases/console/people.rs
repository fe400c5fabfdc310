//! Names of colleagues, for records that hold their ids.

use crate::db::StoreError;
use crate::hall::Hall;
use crate::staff::StaffId;
use bianmin_locale::Texts;
use std::collections::HashMap;

/// The names of those who are mentioned.
#[derive(Debug, Default)]
pub(super) struct People(HashMap<String, String>);

impl People {
    /// Reads the names of these ids; who is mentioned twice is read once.
    pub(super) async fn read(hall: &Hall, ids: Vec<String>) -> Result<Self, StoreError> {
        let mut people = Self::default();
        for id in ids {
            let Some(staff) = StaffId::parse(&id) else { continue };
            if people.0.contains_key(&id) {
                continue;
            }
            if let Some(member) = hall.store.staff().member(staff).await? {
                people.0.insert(id, member.display_name.to_string());
            }
        }
        Ok(people)
    }

    /// A colleague's name; their id where nobody knows it any more.
    pub(super) fn name<'a>(&'a self, id: &'a str) -> &'a str {
        self.0.get(id).map_or(id, String::as_str)
    }

    /// Who did something: a colleague, somebody at the server, the applicant, or the hall.
    pub(super) fn actor(&self, actor: &str, texts: Texts) -> String {
        match actor.split_once(':') {
            Some(("staff", id)) => self.name(id).to_owned(),
            Some((_, name)) => texts.t_args("work-who-operator", &[("name", name.into())]),
            None if actor == "resident" => texts.t("work-who-resident"),
            None => texts.t("work-who-hall"),
        }
    }
}

/// The id of the colleague who did something.
pub(super) fn staff_of(actor: &str) -> Option<String> {
    actor.strip_prefix("staff:").map(str::to_owned)
}
