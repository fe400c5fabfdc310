//! A QR code: always dark on white with its quiet zone, whatever the contrast
//! chosen, because a phone's camera has to read it.

use iced::widget::{container, qr_code};
use iced::{Background, Border, Color, Element};

pub use iced::widget::qr_code::Data;

use crate::theme::radius;

/// Draws `data` as a square of about `side` logical pixels.
pub fn view<'a, M: 'a>(data: &'a Data, side: f32) -> Element<'a, M> {
    container(
        qr_code(data)
            .total_size(side)
            .style(|_| qr_code::Style { cell: Color::BLACK, background: Color::WHITE }),
    )
    .padding(8)
    .style(|_| container::Style {
        background: Some(Background::Color(Color::WHITE)),
        border: Border { radius: radius::KEY.into(), ..Border::default() },
        ..container::Style::default()
    })
    .into()
}
