//! Which tables the flat form of a catalogue has, and which columns: the national list's field names.

/// How a cell becomes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    /// 是 or 否.
    Flag,
    Date,
    /// Short parts between line breaks or ；.
    List,
    /// Sentences, in which ； may stand: only line breaks part them.
    Lines,
    /// `word=reading` parts.
    Readings,
    /// `code=label=English label` parts.
    Options,
    /// A flag of the item's `terminal`.
    Terminal,
    /// Handled by the table itself.
    Own,
    /// A column of the national list that a guide does not need.
    Unused,
}

use Kind::{Date, Flag, Lines, List, Number, Options, Own, Readings, Terminal, Text, Unused};

pub(super) type Columns = &'static [(&'static str, Kind)];

/// Which item a row belongs to.
pub(super) const ITEM: &str = "local_catalog_code";

pub(super) const ITEMS: Columns = &[
    (ITEM, Text),
    ("catalog_code", Text),
    ("task_code", Text),
    ("task_name", Text),
    ("task_name_en", Text),
    ("summary", Text),
    ("summary_en", Text),
    ("task_type", Text),
    ("task_state", Text),
    ("task_version", Number),
    ("plan_effective_date", Date),
    ("plan_cancel_date", Date),
    ("by_law", List),
    ("dept_name", Text),
    ("dept_code", Text),
    ("use_level", Text),
    ("server_type", List),
    ("project_type", Text),
    ("accept_condition", Lines),
    ("handle_flow", Lines),
    ("anticipate_day", Number),
    ("anticipate_type", Text),
    ("promise_day", Number),
    ("promise_type", Text),
    ("special_procedure", Text),
    ("is_fee", Flag),
    ("fee_basis", Text),
    ("limit_scene_num", Number),
    ("transact_addr", Text),
    ("transact_time", Text),
    ("link_way", Text),
    ("supervise_way", Text),
    ("handle_area", Text),
    ("is_entry_center", Flag),
    ("is_online", Flag),
    ("is_schedule", Flag),
    ("is_express", Flag),
    ("is_pay_online", Flag),
    ("is_service_terminals", Flag),
    ("result_name", Text),
    ("result_type", Text),
    ("result_sample", Unused),
    ("town_code", Unused),
    ("village_code", Unused),
    ("themes", List),
    ("terminal_query", Terminal),
    ("terminal_book", Terminal),
    ("terminal_apply", Terminal),
    ("terminal_direct", Terminal),
    ("synonyms", List),
    ("readings", Readings),
    ("popularity", Number),
    ("notes", Lines),
];
const MATERIALS: Columns = &[
    (ITEM, Own),
    ("code", Text),
    ("name", Text),
    ("name_en", Text),
    ("is_need", Text),
    ("type", Text),
    ("format", Text),
    ("page_num", Number),
    ("source_type", Text),
    ("accept_stand", Text),
    ("by_law", Text),
    ("form", Text),
    ("example", Text),
    ("fill_explain", Text),
    ("due_days", Number),
];
const FEES: Columns =
    &[(ITEM, Own), ("name", Text), ("standard", Text), ("amount_fen", Number), ("reduction", Text)];
const FORM: Columns = &[
    (ITEM, Own),
    ("title", Own),
    ("title_en", Own),
    ("code", Text),
    ("required", Flag),
    ("show_if_field", Own),
    ("show_if_equals", Own),
];
const EXAMPLE: Columns = &[(ITEM, Own), ("field", Own), ("value", Own), ("material", Own), ("answer", Own)];
const FAQ: Columns = &[(ITEM, Own), ("q", Text), ("a", Text)];
const THEMES: Columns = &[("code", Text), ("name", Text), ("name_en", Text), ("icon", Text)];
const LIFE_EVENTS: Columns =
    &[("code", Text), ("name", Text), ("name_en", Text), ("icon", Text), ("items", List)];
const FIELDS: Columns = &[
    ("code", Text),
    ("kind", Text),
    ("label", Text),
    ("label_en", Text),
    ("hint", Text),
    ("hint_en", Text),
    ("example", Text),
    ("max_chars", Number),
    ("min", Number),
    ("max", Number),
    ("past", Flag),
    ("future", Flag),
    ("options", Options),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sheet {
    Items,
    Materials,
    Fees,
    Form,
    Example,
    Faq,
    Themes,
    LifeEvents,
    Fields,
}

impl Sheet {
    /// By its Chinese or English name, upper or lower case.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name.trim().to_lowercase().as_str() {
            "事项" | "items" => Self::Items,
            "材料" | "materials" => Self::Materials,
            "收费" | "fees" => Self::Fees,
            "表单" | "form" => Self::Form,
            "示范文本" | "示范" | "example" => Self::Example,
            "问答" | "faq" => Self::Faq,
            "主题" | "themes" => Self::Themes,
            "人生事件" | "life_events" => Self::LifeEvents,
            "字段" | "fields" => Self::Fields,
            _ => return None,
        })
    }

    pub(super) fn columns(self) -> Columns {
        match self {
            Self::Items => ITEMS,
            Self::Materials => MATERIALS,
            Self::Fees => FEES,
            Self::Form => FORM,
            Self::Example => EXAMPLE,
            Self::Faq => FAQ,
            Self::Themes => THEMES,
            Self::LifeEvents => LIFE_EVENTS,
            Self::Fields => FIELDS,
        }
    }
}
