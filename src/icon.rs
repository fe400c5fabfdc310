//! The line icons, drawn for this project, coloured by the look.
//!
//! Emoji and icon fonts would depend on what a machine has; these are compiled in.

use iced::widget::{Svg, svg};
use iced::{Color, Length, Theme};

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $file:literal,)*) => {
        /// One of the line icons.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Icon {
            $($(#[$doc])* $name,)*
        }

        impl Icon {
            /// Every icon, for the gallery.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The icon that a catalogue means by `name`; a plain document if
            /// this set has none of that name.
            #[must_use]
            pub fn named(name: &str) -> Self {
                match name {
                    $($file => Self::$name,)*
                    _ => Self::Document,
                }
            }

            const fn bytes(self) -> &'static [u8] {
                match self {
                    $(Self::$name => include_bytes!(concat!("../assets/icons/", $file, ".svg")),)*
                }
            }
        }
    };
}

icons! {
    /// Back to the first screen.
    Home = "home",
    /// The step before; the page before.
    Back = "back",
    /// The page after.
    Next = "next",
    /// Search.
    Search = "search",
    /// An application.
    Document = "document",
    /// Progress of a case.
    Progress = "progress",
    /// Help.
    Help = "help",
    /// A guide.
    Book = "book",
    /// An ID card.
    IdCard = "id-card",
    /// Size of text and contrast.
    TextSize = "text-size",
    /// Language.
    Globe = "globe",
    /// Done.
    Check = "check",
    /// Needs attention.
    Alert = "alert",
    /// Worth knowing.
    Info = "info",
    /// Close.
    Close = "close",
    /// A printer.
    Printer = "printer",
    /// Delete the last character.
    Backspace = "backspace",
    /// Capital letters.
    Shift = "shift",
    /// Put the keyboard away.
    KeyboardHide = "keyboard-hide",
    /// How long.
    Clock = "clock",
    /// How much.
    Yuan = "yuan",
    /// Where.
    Place = "place",
    /// A date.
    Calendar = "calendar",
    /// A phone.
    Phone = "phone",
    /// A person.
    Person = "person",
    /// Touch the screen.
    Touch = "touch",
    /// A QR code.
    Qr = "qr",
    /// A list.
    List = "list",
    /// The catalogue.
    Folder = "folder",
    /// A life event.
    Heart = "heart",
    /// The staffed counter.
    Counter = "counter",
    /// Fill in by hand.
    Pen = "pen",
    /// Take a picture.
    Camera = "camera",
    /// Contrast.
    Contrast = "contrast",
    /// The low layout.
    Lower = "lower",
    /// Leave.
    Exit = "exit",
    /// Social insurance.
    Shield = "shield",
    /// Health.
    Medical = "medical",
    /// Housing fund.
    Savings = "savings",
    /// Work.
    Briefcase = "briefcase",
    /// Relief.
    HelpingHand = "helping-hand",
    /// Older people.
    Elder = "elder",
    /// Disability.
    Wheelchair = "wheelchair",
    /// Education.
    School = "school",
    /// Housing.
    House = "house",
    /// Business.
    Shop = "shop",
    /// Transport.
    Car = "car",
    /// Something lost.
    Lost = "lost",
    /// Marriage.
    Rings = "rings",
    /// A birth.
    Baby = "baby",
    /// Unemployment.
    Umbrella = "umbrella",
    /// A home.
    Key = "key",
    /// Retirement.
    Pension = "pension",
    /// A death.
    Memorial = "memorial",
    /// Moving.
    Moving = "moving",
}

impl Icon {
    /// The drawing, for widgets that draw themselves.
    #[must_use]
    pub fn handle(self) -> svg::Handle {
        svg::Handle::from_memory(self.bytes())
    }

    /// The icon as an element: a square of `size` logical pixels in `color`.
    #[must_use]
    pub fn view<'a>(self, size: f32, color: Color) -> Svg<'a, Theme> {
        svg(self.handle())
            .width(Length::Fixed(size))
            .height(Length::Fixed(size))
            .style(move |_, _| svg::Style { color: Some(color) })
    }
}
