//! Finding an item by what is typed: words, pinyin or initials.

use std::hash::{Hash as _, Hasher};
use std::sync::Arc;

use bianmin_protocol::catalogue::ServiceItem;
use iced::Element;
use iced::widget::{column, row};

use crate::context::{Context, Layout};
use crate::icon::Icon;
use crate::services::Services;
use crate::theme::{Tone, space};
use crate::typing::{HardCharacter, Typed, Typist};
use crate::widget::keyboard::{self, Keyboard, Mode};
use crate::widget::sheets::{self, SheetPart};
use crate::widget::{Field, KeyPress, Page, notice, tile_small};

use super::{HardKey, item};

/// The longest query in characters; search itself reads no more.
const MAX_QUERY: usize = 64;
/// How many words are offered where nothing was found.
const SUGGESTIONS: usize = 6;

/// A search.
pub struct Search {
    services: Services,
    query: String,
    typist: Typist,
    keyboard: bool,
    items: Vec<Arc<ServiceItem>>,
    page: usize,
    /// How often a suggestion was taken: where it stood, something else stands now.
    suggested: u32,
}

/// What somebody looks for may be about themselves: it never appears in a log.
impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Search").field("items", &self.items.len()).finish_non_exhaustive()
    }
}

/// What was pressed.
#[derive(Debug, Clone)]
pub enum Message {
    /// The search box.
    Focused,
    /// A key.
    Key(KeyPress),
    /// An item.
    Opened(Arc<ServiceItem>),
    /// Another page.
    Turned(usize),
    /// A suggested word.
    Suggested(String),
    /// Look through the themes instead.
    Themes,
    /// The step before.
    Back,
}

/// What follows.
#[derive(Debug)]
pub enum Action {
    /// Nothing else.
    None,
    /// The guide of an item.
    Guide(Arc<ServiceItem>),
    /// Choose from the themes.
    Themes,
    /// The screen before.
    Back,
}

/// Where a search leads.
impl From<Action> for super::Action<Message> {
    fn from(action: Action) -> Self {
        match action {
            Action::None => Self::None,
            Action::Guide(item) => Self::Go(super::Route::Guide(item)),
            Action::Themes => Self::Go(super::Route::Browse(super::browse::Kinds::Themes)),
            Action::Back => Self::Go(super::Route::Back),
        }
    }
}

impl super::ScreenState for Search {
    type Message = Message;

    fn update(&mut self, message: Message, _: &Context) -> super::Action<Message> {
        self.update(message).into()
    }

    fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        self.view(ctx)
    }

    fn key(&mut self, key: HardKey, _: &Context) -> super::Action<Message> {
        self.hardware(key).into()
    }

    fn tell_page(&self, mut page: &mut dyn Hasher) {
        self.tell_page(&mut page);
    }

    fn language_changed(&mut self, ctx: &Context) {
        self.language_changed(ctx.is_chinese());
    }
}

impl Search {
    /// An empty search with the keyboard open.
    #[must_use]
    pub fn new(services: Services, chinese: bool) -> Self {
        let composition = services.compose();
        let mode = if chinese { Mode::Pinyin } else { Mode::Lower };
        let mut search = Self {
            services,
            query: String::new(),
            typist: Typist::new(mode, composition).keeping_letters(),
            keyboard: true,
            items: Vec::new(),
            page: 0,
            suggested: 0,
        };
        search.find();
        search
    }

    pub(super) fn tell_page(&self, page: &mut impl Hasher) {
        (self.keyboard, self.suggested).hash(page);
    }

    /// What follows from `message`.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Focused => self.keyboard = true,
            Message::Key(key) => match self.typist.press(&key, &mut self.query, MAX_QUERY) {
                Typed::Changed => self.find(),
                Typed::Nothing | Typed::Unchosen => {}
                Typed::Hide => self.keyboard = false,
            },
            Message::Suggested(word) => {
                self.typist.clear();
                self.query = word;
                self.suggested = self.suggested.wrapping_add(1);
                self.find();
            }
            Message::Turned(page) => self.page = page,
            Message::Opened(item) => return Action::Guide(item),
            Message::Themes => return Action::Themes,
            Message::Back => return Action::Back,
        }
        Action::None
    }

    /// What the keyboard shows; none while it is away.
    #[must_use]
    pub fn board(&self) -> Option<keyboard::Board> {
        self.keyboard.then(|| self.typist.board())
    }

    /// A key of a keyboard that is plugged in.
    pub fn hardware(&mut self, key: HardKey) -> Action {
        match key {
            HardKey::Text(text) => {
                for typed in text.0.chars() {
                    let _ = self.update(Message::Key(match self.typist.hard_character(typed) {
                        HardCharacter::Key(key) => key,
                        HardCharacter::Itself if typed == ' ' => KeyPress::Space,
                        HardCharacter::Itself => {
                            self.insert(typed);
                            continue;
                        }
                        HardCharacter::Unchosen => continue,
                    }));
                }
                Action::None
            }
            HardKey::Backspace => self.update(Message::Key(KeyPress::Backspace)),
            HardKey::Escape => self.update(Message::Key(KeyPress::Clear)),
            HardKey::Enter if !self.typist.composing().is_empty() => {
                self.update(Message::Key(KeyPress::Space))
            }
            // Away with the keyboard: what was found has the whole page then.
            HardKey::Enter => self.update(Message::Key(KeyPress::Hide)),
            HardKey::Tab => Action::None,
        }
    }

    fn insert(&mut self, typed: char) {
        if self.query.chars().count() < MAX_QUERY {
            self.query.push(typed);
            self.find();
        }
    }

    /// Another language was chosen: the keyboard follows.
    pub fn language_changed(&mut self, chinese: bool) {
        let mode = if chinese { Mode::Pinyin } else { Mode::Lower };
        self.typist.begin(mode, &mut self.query, MAX_QUERY);
        self.find();
    }

    fn find(&mut self) {
        // Letters that wait for a choice are searched for as pinyin at once.
        let query = format!("{}{}", self.query, self.typist.composing());
        let catalogue = self.services.catalogue();
        self.items = catalogue.search(&query, catalogue.items.len(), self.services.today());
        self.page = 0;
    }

    /// Draws the screen.
    pub fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        let look = ctx.look;
        let field = Field {
            placeholder: ctx.t("home-search"),
            icon: Some(Icon::Search),
            focused: self.keyboard,
            composing: self.typist.composing().to_owned(),
            ..Field::new("", self.query.clone())
        }
        .view(look, Some(Message::Focused));
        let results = if self.items.is_empty() {
            nothing(ctx, "search-nothing", self.page, Message::Turned, || self.suggestions(ctx))
        } else {
            item::list(ctx, &self.items, self.page, Message::Opened, Message::Turned)
        };
        let key = if self.query.is_empty() && self.typist.composing().is_empty() {
            "search-all"
        } else {
            "search-found"
        };
        let is_full = self.query.chars().count() >= MAX_QUERY;
        // The low layout needs the line for a result; the pager counts too.
        let count = match ctx.layout {
            _ if is_full => Some(ctx.t_args("search-longest", &[("longest", MAX_QUERY.into())])),
            Layout::PortraitLow => None,
            _ => Some(ctx.t_args(key, &[("items", self.items.len().into())])),
        };
        let count = count.map(|words| look.hint(words));
        // The field says what the page is for: in the low layout a result needs the room of the title.
        let is_tight = ctx.layout == Layout::PortraitLow && self.keyboard;
        let title = if is_tight { String::new() } else { ctx.t("search-title") };
        let page =
            Page::new(title, column![field].push(count).push(results).spacing(space::M)).back(Message::Back);
        if self.keyboard {
            let labels = keyboard::Labels::new(&ctx.texts);
            page.keyboard(Keyboard::new(
                look,
                labels,
                self.typist.board(),
                ctx.keyboard_height(),
                Message::Key,
            ))
        } else {
            page.primary(ctx.t("search-again"), Some(Message::Focused))
        }
    }

    /// What many people ask for, to press instead of typing again.
    fn suggestions(&self, ctx: &Context) -> Vec<(String, Message)> {
        let catalogue = self.services.catalogue();
        let mut items: Vec<_> = catalogue.offered(self.services.today()).collect();
        items.sort_by_key(|item| std::cmp::Reverse(item.popularity));
        items
            .into_iter()
            .filter_map(|item| {
                if ctx.is_chinese() {
                    item.synonyms.first().cloned()
                } else {
                    Some(ctx.text(item.name()).to_owned())
                }
            })
            .take(SUGGESTIONS)
            .map(|word| (word.clone(), Message::Suggested(word)))
            .chain(std::iter::once((ctx.t("search-themes"), Message::Themes)))
            .collect()
    }
}

/// An empty result never ends there: other words, the themes, the staffed counter.
pub(super) fn nothing<'a, M: Clone + 'a>(
    ctx: &'a Context,
    title: &'a str,
    page: usize,
    turn: impl Fn(usize) -> M + 'a,
    suggestions: impl Fn() -> Vec<(String, M)> + 'a,
) -> Element<'a, M> {
    let make = move || {
        let look = ctx.look;
        let mut tiles = suggestions().into_iter().map(|(word, message)| tile_small(look, word, message));
        let hint = Some(ctx.t("search-nothing-hint"));
        let mut parts = vec![SheetPart::whole(notice(look, Tone::Warn, Icon::Info, ctx.t(title), hint))];
        while let Some(first) = tiles.next() {
            parts.push(SheetPart::whole(row![first].push(tiles.next()).spacing(space::S)));
        }
        parts.push(SheetPart::whole(notice(look, Tone::Info, Icon::Counter, ctx.t("search-counter"), None)));
        parts
    };
    sheets::view(ctx, page, make, turn)
}
