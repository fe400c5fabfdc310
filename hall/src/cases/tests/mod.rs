//! What staff and the hall's clock do with cases, on both databases.

mod commands;
mod rules;
mod table;

use crate::cases::domain::Actor;
use crate::staff::{DisplayName, Grant, LoginName, StaffId, StaffMember};
use bianmin_protocol::ids::Millis;

/// A member of staff by a number, with these roles as they are written on the command line.
fn member(number: u128, grants: &[&str]) -> StaffMember {
    StaffMember {
        id: StaffId::parse(&uuid::Uuid::from_u128(number).to_string()).unwrap(),
        login_name: LoginName::parse(&format!("staff{number}")).unwrap(),
        display_name: DisplayName::parse("示例").unwrap(),
        grants: grants.iter().map(|grant| grant.parse::<Grant>().unwrap()).collect(),
        language: None,
        created_at: Millis(0),
        disabled_at: None,
    }
}

fn staff(number: u128, grants: &[&str]) -> Actor {
    Actor::Staff(member(number, grants))
}
