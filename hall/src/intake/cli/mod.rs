//! Commands about what comes in.

mod outbox;
mod receipt;

pub(crate) use outbox::OutboxCommand;
pub(crate) use receipt::ReceiptCommand;
