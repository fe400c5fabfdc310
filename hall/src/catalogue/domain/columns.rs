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

use super::suggest::closest;
use Kind::{Date, Flag, Lines, List, Number, Options, Own, Readings, Terminal, Text, Unused};

pub(super) type Columns = &'static [(&'static str, Kind)];

/// Columns and keys of the national list that a guide does not need.
pub(super) const UNUSED: [&str; 3] = ["result_sample", "town_code", "village_code"];

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
    ("result_name_en", Text),
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
    ("landline", Flag),
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

/// The columns without which a table means nothing, or something else.
const REQUIRED: &[(Sheet, &[&str])] = &[
    (
        Sheet::Items,
        &[
            ITEM,
            "catalog_code",
            "task_code",
            "task_name",
            "summary",
            "task_type",
            "task_state",
            "task_version",
            "by_law",
            "dept_name",
            "dept_code",
            "use_level",
            "server_type",
            "project_type",
            "accept_condition",
            "handle_flow",
            "anticipate_day",
            "anticipate_type",
            "promise_day",
            "promise_type",
            "is_fee",
            "limit_scene_num",
            "transact_addr",
            "transact_time",
            "link_way",
            "supervise_way",
            "result_name",
            "themes",
            "terminal_query",
            "terminal_book",
            "terminal_apply",
            "terminal_direct",
            "notes",
        ],
    ),
    (Sheet::Materials, &[ITEM, "code", "name", "is_need", "type"]),
    (Sheet::Fees, &[ITEM, "name", "standard"]),
    (Sheet::Form, &[ITEM, "title", "code", "required"]),
    (Sheet::Example, &[ITEM, "field", "value"]),
    (Sheet::Faq, &[ITEM, "q", "a"]),
    (Sheet::Themes, &["code", "name"]),
    (Sheet::LifeEvents, &["code", "name", "items"]),
    (Sheet::Fields, &["code", "kind", "label"]),
];

/// Each sheet's names: the first is the usual one, the others are taken for it, the last list only suggests it.
const NAMES: &[(Sheet, &[&str], &[&str])] = &[
    (Sheet::Items, &["事项", "items"], &["事项清单", "实施清单", "事项目录", "事项表"]),
    (Sheet::Materials, &["材料", "materials"], &["申请材料", "材料清单", "材料表"]),
    (Sheet::Fees, &["收费", "fees"], &["费用", "收费标准", "收费项目"]),
    (Sheet::Form, &["表单", "form"], &["申报表格", "表格", "申请表", "forms"]),
    (Sheet::Example, &["示范文本", "示范", "example"], &["样表", "示例", "examples"]),
    (Sheet::Faq, &["问答", "faq"], &["常见问题", "问题", "questions"]),
    (Sheet::Themes, &["主题", "themes"], &["分类", "主题分类"]),
    (Sheet::LifeEvents, &["人生事件", "life_events"], &["一件事", "生命周期"]),
    (Sheet::Fields, &["字段", "fields"], &["字段表", "字段字典"]),
];

impl Sheet {
    /// By its Chinese or English name, upper or lower case.
    pub(super) fn named(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        NAMES.iter().find(|(_, names, _)| names.contains(&name.as_str())).map(|(sheet, ..)| *sheet)
    }

    /// Which sheet one of another name was probably meant to be, by its name or by its columns.
    pub(super) fn likely(name: &str, columns: &[&str]) -> Option<Self> {
        let names = NAMES
            .iter()
            .flat_map(|(sheet, names, others)| names.iter().chain(*others).map(move |name| (*name, *sheet)));
        let by_name = closest(name, names.clone().map(|(name, _)| name));
        if let Some(found) = by_name {
            return names.into_iter().find(|(name, _)| *name == found).map(|(_, sheet)| sheet);
        }
        let fitting = |sheet: Self| columns.iter().filter(|name| sheet.column(name).is_some()).count();
        let best =
            NAMES.iter().map(|(sheet, ..)| (fitting(*sheet), *sheet)).max_by_key(|(fitting, _)| *fitting)?;
        (best.0 > 1 && best.0 * 2 > columns.len()).then_some(best.1)
    }

    /// Its usual name.
    pub(super) fn name(self) -> &'static str {
        NAMES.iter().find(|(sheet, ..)| *sheet == self).map_or("", |(_, names, _)| names[0])
    }

    /// One of its columns.
    pub(super) fn column(self, name: &str) -> Option<(&'static str, Kind)> {
        self.columns().iter().find(|(known, _)| *known == name).copied()
    }

    /// The columns that it must have; the first says which entry a row belongs to.
    pub(super) fn required(self) -> &'static [&'static str] {
        REQUIRED.iter().find(|(sheet, _)| *sheet == self).map_or(&[], |(_, columns)| columns)
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
