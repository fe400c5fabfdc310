//! The queue over HTTP: for terminals, for boards, and for the phones of those who wait.

mod block;
mod board;
mod booking;
mod phone;
mod refusal;
mod ticket;

use crate::fleet;
use crate::hall::Hall;
use axum::Router;
use axum::routing::{get, post};
use bianmin_protocol::v1::queue as v1;
use std::sync::Arc;

pub(crate) fn routes(hall: &Arc<Hall>) -> Router<Arc<Hall>> {
    let of_terminals = Router::new()
        .route(v1::QUEUE, get(ticket::state))
        .route(v1::TICKETS, post(ticket::take))
        .route(v1::TICKET_STATE, post(ticket::place))
        .route(v1::TICKET_CANCEL, post(ticket::cancel))
        .route(v1::SLOTS, get(booking::slots))
        .route(v1::BOOKINGS, post(booking::book))
        .route(v1::BOOKING_CANCEL, post(booking::cancel))
        .route(v1::CHECK_IN, post(booking::check_in))
        .route(v1::BLOCKS, post(block::lease))
        .route(v1::BLOCK_RETURN, post(block::end))
        .route(v1::OFFLINE, post(block::merge));
    let open = Router::new()
        .route("/board", get(board::page))
        .route("/board/events", get(board::events))
        .route("/board/{file}", get(board::file))
        .route("/q", get(phone::page))
        .route("/q/ticket", post(phone::ticket))
        .route("/q/cancel", post(phone::cancel))
        .route("/q/{file}", get(phone::file));
    fleet::signed(hall, of_terminals).merge(open)
}
