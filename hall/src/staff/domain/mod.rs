//! Rules about staff.

mod lockout;
mod member;
mod name;
mod role;
mod session;
mod totp;

pub use lockout::Lockout;
pub use member::{NewMember, StaffId, StaffMember};
pub use name::{BadDisplayName, BadLoginName, DisplayName, LoginName};
pub use role::{BadDepartment, BadGrant, Department, Grant, Role, Scope};
pub use session::{SessionEnds, SessionHash, SessionId, Stage};
pub use totp::TotpSecret;
