//! The catalogue: service items with their complete guides, themes, life events and the field dictionary.
//!
//! In JSON an item has the field names of the national implementation list (实施清单), so that a hall can
//! import its own; in Rust it has plain names. A published catalogue is a signed [`Manifest`] over a root
//! digest of exact item bytes, so that a bundle and a chain of deltas are checked in the same way.

mod manifest;

use crate::form::FormPage;
use crate::ids::{FieldCode, ItemCode, LifeEventCode, MaterialCode, ThemeCode};
use crate::localized_text::LocalizedText;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use manifest::{Bundle, Delta, Frame, Manifest, ManifestError, SignedManifest, root};

/// 事项类型.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaskType {
    /// Administrative licence.
    #[serde(rename = "行政许可")]
    Licence,
    /// Administrative confirmation.
    #[serde(rename = "行政确认")]
    Confirmation,
    /// Administrative payment.
    #[serde(rename = "行政给付")]
    Payment,
    /// Public service.
    #[serde(rename = "公共服务")]
    PublicService,
    /// Any other kind.
    #[serde(rename = "其他", alias = "其他行政权力")]
    Other,
}

/// 事项状态.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaskState {
    /// In use.
    #[serde(rename = "在用")]
    InUse,
    /// Suspended: shown, but not to be applied for.
    #[serde(rename = "暂停")]
    Suspended,
    /// Cancelled.
    #[serde(rename = "取消")]
    Cancelled,
}

/// 办件类型.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProjectType {
    /// Decided while the resident waits.
    #[serde(rename = "即办件")]
    Immediate,
    /// Decided within the promised limit.
    #[serde(rename = "承诺件")]
    Promised,
}

/// Which days a time limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum DayType {
    /// Working days.
    #[serde(rename = "工作日")]
    Working,
    /// Calendar days.
    #[serde(rename = "自然日")]
    #[default]
    Calendar,
}

impl DayType {
    /// Working days, or not.
    #[must_use]
    pub const fn of_working(is_working: bool) -> Self {
        if is_working { Self::Working } else { Self::Calendar }
    }
}

/// Days as they stand on the wire of cases and in the ledger: whether they are working days.
pub mod day_type_as_bool {
    use super::DayType;
    use serde::{Deserialize as _, Deserializer, Serializer};

    /// Writes it.
    ///
    /// # Errors
    /// The serializer's own.
    pub fn serialize<S: Serializer>(day_type: &DayType, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(*day_type == DayType::Working)
    }

    /// Reads it.
    ///
    /// # Errors
    /// It is no boolean.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DayType, D::Error> {
        Ok(DayType::of_working(bool::deserialize(deserializer)?))
    }
}

/// Whether a material must be there at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Need {
    /// Without it nothing is received.
    #[serde(rename = "必要")]
    Required,
    /// 容缺: may come later against an undertaking.
    #[serde(rename = "容缺")]
    MayFollow,
}

/// In what form a material is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MaterialForm {
    /// The original.
    #[serde(rename = "原件")]
    Original,
    /// A copy.
    #[serde(rename = "复印件")]
    Copy,
    /// A file.
    #[serde(rename = "电子")]
    Electronic,
}

/// A material to be handed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Material {
    /// Its code within the item.
    pub code: MaterialCode,
    /// What it is called.
    pub name: String,
    /// The same in English.
    #[serde(default)]
    pub name_en: String,
    /// Whether it may follow later.
    #[serde(rename = "is_need")]
    pub need: Need,
    /// Original, copy or file.
    #[serde(rename = "type")]
    pub form: MaterialForm,
    /// On paper, as a file, or either.
    #[serde(default)]
    pub format: String,
    /// How many pages or copies.
    #[serde(rename = "page_num", default)]
    pub pages: u16,
    /// Who provides it.
    #[serde(rename = "source_type", default)]
    pub source: String,
    /// What makes it acceptable.
    #[serde(rename = "accept_stand", default)]
    pub acceptance: String,
    /// The law or rule that asks for it.
    #[serde(default)]
    pub by_law: Option<String>,
    /// Name of the blank form, if there is one.
    #[serde(rename = "form", default)]
    pub blank_form: Option<String>,
    /// Name of the sample, if there is one.
    #[serde(default)]
    pub example: Option<String>,
    /// How to fill it in.
    #[serde(default)]
    pub fill_explain: Option<String>,
    /// Working days within which a material that may follow must be there.
    #[serde(default)]
    pub due_days: Option<u16>,
}

impl Material {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> LocalizedText<'_> {
        LocalizedText::new(&self.name, &self.name_en)
    }
}

/// A fee.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fee {
    /// What is charged for.
    pub name: String,
    /// The standard in words.
    pub standard: String,
    /// The amount in fen, where it is one amount.
    #[serde(default)]
    pub amount_fen: Option<u32>,
    /// Who pays less, and why.
    #[serde(default)]
    pub reduction: Option<String>,
}

/// A common question and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Faq {
    /// The question.
    #[serde(rename = "q")]
    pub question: String,
    /// The answer.
    #[serde(rename = "a")]
    pub answer: String,
}

/// What a terminal may do with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalUse {
    /// Its guide can be read.
    pub query: bool,
    /// An appointment can be booked.
    pub book: bool,
    /// It can be applied for.
    pub apply: bool,
    /// 就近立办: it is finished at the terminal.
    pub direct: bool,
}

/// An answer about one material in an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExampleMaterial {
    /// Which one.
    pub code: MaterialCode,
    /// The resident has it with them.
    #[serde(default)]
    pub have: bool,
    /// The resident will bring it later.
    #[serde(default)]
    pub promised: bool,
}

/// A filled-in form: the guide's 示范文本, and test input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Example {
    /// Field by field.
    pub answers: BTreeMap<FieldCode, String>,
    /// Material by material.
    #[serde(default)]
    pub materials: Vec<ExampleMaterial>,
}

/// A service item (政务服务事项) with all ten elements of its guide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServiceItem {
    /// Short code, unique in the hall's catalogue.
    #[serde(rename = "local_catalog_code")]
    pub code: ItemCode,
    /// The national basic catalogue's 12 digits.
    pub catalog_code: String,
    /// 31 characters: authority's credit code, level, basic code.
    pub task_code: String,
    /// What it is called.
    #[serde(rename = "task_name")]
    pub name: String,
    /// The same in English.
    #[serde(rename = "task_name_en", default)]
    pub name_en: String,
    /// One sentence in everyday words.
    pub summary: String,
    /// The same in English.
    #[serde(default)]
    pub summary_en: String,
    /// Kind of act.
    pub task_type: TaskType,
    /// In use, suspended or cancelled.
    #[serde(rename = "task_state")]
    pub state: TaskState,
    /// Version of this item; grows with every change.
    #[serde(rename = "task_version")]
    pub version: u32,
    /// First day on which it is offered.
    #[serde(rename = "plan_effective_date", default)]
    pub effective: Option<Date>,
    /// First day on which it is not offered any more.
    #[serde(rename = "plan_cancel_date", default)]
    pub cancelled: Option<Date>,
    /// 设定依据: laws and rules by name.
    #[serde(rename = "by_law")]
    pub basis: Vec<String>,
    /// The department that decides.
    #[serde(rename = "dept_name")]
    pub department: String,
    /// Its unified social credit code.
    #[serde(rename = "dept_code")]
    pub department_code: String,
    /// 国/省/市/县/乡/村.
    pub use_level: String,
    /// 自然人, 法人.
    #[serde(rename = "server_type")]
    pub served: Vec<String>,
    /// Decided at once or within a promised limit.
    pub project_type: ProjectType,
    /// 申请条件.
    #[serde(rename = "accept_condition")]
    pub conditions: Vec<String>,
    /// 基本流程.
    #[serde(rename = "handle_flow")]
    pub steps: Vec<String>,
    /// 法定时限 in days.
    #[serde(rename = "anticipate_day")]
    pub statutory_days: u16,
    /// Which days the statutory limit counts.
    #[serde(rename = "anticipate_type")]
    pub statutory_day_type: DayType,
    /// 承诺时限 in days; 0 means at once.
    #[serde(rename = "promise_day")]
    pub promised_days: u16,
    /// Which days the promised limit counts.
    #[serde(rename = "promise_type")]
    pub promised_day_type: DayType,
    /// Hearing, inspection or expert review outside the limit.
    #[serde(default)]
    pub special_procedure: Option<String>,
    /// Whether anything is charged.
    pub is_fee: bool,
    /// 收费依据.
    #[serde(default)]
    pub fee_basis: Option<String>,
    /// 收费标准.
    #[serde(default)]
    pub fees: Vec<Fee>,
    /// How often one has to come in person.
    #[serde(rename = "limit_scene_num")]
    pub visits: u8,
    /// Where the staffed counter is.
    #[serde(rename = "transact_addr")]
    pub address: String,
    /// When it is open.
    #[serde(rename = "transact_time")]
    pub hours: String,
    /// Where to ask.
    #[serde(rename = "link_way")]
    pub contact: String,
    /// Where to complain.
    #[serde(rename = "supervise_way")]
    pub supervision: String,
    /// 通办范围.
    #[serde(default)]
    pub handle_area: String,
    /// Handled in the hall.
    #[serde(default)]
    pub is_entry_center: bool,
    /// Handled online.
    #[serde(default)]
    pub is_online: bool,
    /// Can be booked.
    #[serde(default)]
    pub is_schedule: bool,
    /// Result can be posted.
    #[serde(default)]
    pub is_express: bool,
    /// Can be paid online.
    #[serde(default)]
    pub is_pay_online: bool,
    /// Supported by terminals.
    #[serde(default)]
    pub is_service_terminals: bool,
    /// 审批决定证件: what one gets.
    pub result_name: String,
    /// The same in English.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub result_name_en: String,
    /// 证照, 批文 or other.
    #[serde(default)]
    pub result_type: String,
    /// Themes under which it is found.
    pub themes: Vec<ThemeCode>,
    /// What a terminal may do with it.
    pub terminal: TerminalUse,
    /// What residents call it.
    #[serde(default)]
    pub synonyms: Vec<String>,
    /// Readings of words that a table of characters would get wrong: 银行 → yin hang.
    #[serde(default)]
    pub readings: BTreeMap<String, String>,
    /// 1 (rare) to 100 (asked for all day).
    #[serde(default)]
    pub popularity: u8,
    /// 申请材料.
    pub materials: Vec<Material>,
    /// 申报表格: pages of fields from the dictionary.
    pub form: Vec<FormPage>,
    /// 示范文本.
    pub example: Example,
    /// 注意事项.
    pub notes: Vec<String>,
    /// Common questions.
    #[serde(default)]
    pub faq: Vec<Faq>,
}

impl ServiceItem {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> LocalizedText<'_> {
        LocalizedText::new(&self.name, &self.name_en)
    }

    /// What it is, in a sentence.
    #[must_use]
    pub fn summary(&self) -> LocalizedText<'_> {
        LocalizedText::new(&self.summary, &self.summary_en)
    }

    /// What one gets.
    #[must_use]
    pub fn result_name(&self) -> LocalizedText<'_> {
        LocalizedText::new(&self.result_name, &self.result_name_en)
    }
}

impl ServiceItem {
    /// Whether the item is offered on `today`: in force and not cancelled. 目录之外无审批.
    pub fn offered_on(&self, today: Date) -> bool {
        self.state != TaskState::Cancelled
            && self.effective.is_none_or(|first| first <= today)
            && self.cancelled.is_none_or(|end| today < end)
    }

    /// Whether it can be applied for at a terminal on `today`.
    pub fn can_apply_on(&self, today: Date) -> bool {
        self.offered_on(today) && self.state == TaskState::InUse && self.terminal.apply
    }

    /// A material by its code.
    pub fn material(&self, code: &MaterialCode) -> Option<&Material> {
        self.materials.iter().find(|material| material.code == *code)
    }
}

/// A theme under which items are found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Theme {
    /// Its code.
    pub code: ThemeCode,
    /// Its name.
    pub name: String,
    /// The same in English.
    #[serde(default)]
    pub name_en: String,
    /// Which icon of the terminal's set stands for it; unknown ones become a plain document.
    #[serde(default)]
    pub icon: String,
}

impl Theme {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> LocalizedText<'_> {
        LocalizedText::new(&self.name, &self.name_en)
    }
}

/// Something that happens in a life, and what one then needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifeEvent {
    /// Its code.
    pub code: LifeEventCode,
    /// Its name.
    pub name: String,
    /// The same in English.
    #[serde(default)]
    pub name_en: String,
    /// Which icon stands for it.
    #[serde(default)]
    pub icon: String,
    /// The items, in the order in which they are usually needed.
    pub items: Vec<ItemCode>,
}

impl LifeEvent {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> LocalizedText<'_> {
        LocalizedText::new(&self.name, &self.name_en)
    }
}
