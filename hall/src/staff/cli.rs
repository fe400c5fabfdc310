//! `staff add`, `list`, `disable`, `enable`, `reset`, `grant` and `revoke`.

use super::domain::{DisplayName, Grant, LoginName, NewMember, Role, StaffMember};
use super::password::hash_of_code;
use super::store::By;
use crate::audit::{Actor, Chain};
use crate::cli::list::{self, ListRow, Window};
use crate::cli::{Common, print_json, user};
use crate::clock::Clock;
use crate::db::Store;
use crate::fleet::codes;
use anyhow::{Context as _, bail};
use bianmin_protocol::ids::Millis;
use serde_json::json;

/// What can be done with staff.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum StaffCommand {
    /// Add somebody, and print a one-time code with which they set a password
    Add {
        /// What they sign in with
        #[arg(value_name = "LOGIN")]
        login_name: LoginName,
        /// What others see
        #[arg(long, value_name = "TEXT")]
        name: DisplayName,
        /// receive, decide, issue, supervise or administer, for the whole hall or @ one department; several times
        #[arg(long = "role", value_name = "ROLE[@DEPARTMENT]")]
        roles: Vec<Grant>,
        /// Hours for which the code is good
        #[arg(long, value_name = "HOURS", default_value_t = 72, value_parser = clap::value_parser!(u16).range(1..=720))]
        hours: u16,
    },
    /// Who works in this hall, with which roles
    List(Window),
    /// From now on somebody may do nothing, and is signed out everywhere
    Disable {
        /// What they sign in with
        #[arg(value_name = "LOGIN")]
        login_name: LoginName,
    },
    /// Somebody may do again what their roles say
    Enable {
        /// What they sign in with
        #[arg(value_name = "LOGIN")]
        login_name: LoginName,
    },
    /// Forget somebody's password and second factor, sign them out everywhere, and print a new one-time code
    Reset {
        /// What they sign in with
        #[arg(value_name = "LOGIN")]
        login_name: LoginName,
        /// Hours for which the code is good
        #[arg(long, value_name = "HOURS", default_value_t = 72, value_parser = clap::value_parser!(u16).range(1..=720))]
        hours: u16,
    },
    /// Give somebody roles
    Grant(Roles),
    /// Take roles from somebody
    Revoke(Roles),
}

/// Whose roles, and which.
#[derive(Debug, clap::Args)]
pub(crate) struct Roles {
    /// What they sign in with
    #[arg(value_name = "LOGIN")]
    login_name: LoginName,
    /// The roles
    #[arg(value_name = "ROLE[@DEPARTMENT]", required = true)]
    roles: Vec<Grant>,
}

impl std::str::FromStr for LoginName {
    type Err = super::domain::BadLoginName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl std::str::FromStr for DisplayName {
    type Err = super::domain::BadDisplayName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl StaffCommand {
    pub(crate) async fn run(self, common: &Common) -> anyhow::Result<()> {
        match self {
            Self::Add { login_name, name, roles, hours } => add(common, login_name, name, roles, hours).await,
            Self::List(window) => list(common, &window).await,
            Self::Disable { login_name } => switch(common, &login_name, false).await,
            Self::Enable { login_name } => switch(common, &login_name, true).await,
            Self::Reset { login_name, hours } => reset(common, &login_name, hours).await,
            Self::Grant(roles) => change_roles(common, &roles, true).await,
            Self::Revoke(roles) => change_roles(common, &roles, false).await,
        }
    }
}

async fn add(
    common: &Common,
    login_name: LoginName,
    name: DisplayName,
    roles: Vec<Grant>,
    hours: u16,
) -> anyhow::Result<()> {
    let new = NewMember::new(login_name, name, roles).with_context(|| {
        let known = Role::ALL.map(Role::key).join(", ");
        format!("say what they may do with --role, for the whole hall or @DEPARTMENT; the roles are {known}")
    })?;
    let (_, keys, clock, store) = common.open_or_begin().await?;
    let (code, setup_hash) = setup_code()?;
    let expires_at = after_hours(clock.now(), hours);
    let member =
        store.staff().add(&new, &setup_hash, expires_at, &operator(&Chain::new(&keys), &clock)).await?;
    print_json(&json!({ "code": code, "expires_at": expires_at, "member": member }))
}

/// A one-time code and its slow hash.
fn setup_code() -> anyhow::Result<(String, String)> {
    let code = codes::new().context("no randomness")?;
    let setup_hash = hash_of_code(&code)?;
    Ok((code, setup_hash))
}

fn after_hours(now: Millis, hours: u16) -> Millis {
    Millis(now.0.saturating_add(i64::from(hours) * 3_600_000))
}

async fn list(common: &Common, window: &Window) -> anyhow::Result<()> {
    let (_, _, _, store) = common.open().await?;
    let first = window.after.as_deref().map(LoginName::parse).transpose()?;
    list::print(common, window, ("[", "]"), async |last: Option<&StaffMember>, size| {
        let after = last.map(|one| &one.login_name).or(first.as_ref());
        Ok(store.staff().list_after(after, size).await?)
    })
    .await
}

impl ListRow for StaffMember {
    fn columns(&self) -> Vec<String> {
        let roles: Vec<String> = self.grants.iter().map(Grant::to_string).collect();
        let state = if self.disabled_at.is_some() { "disabled" } else { "enabled" };
        vec![self.login_name.to_string(), self.display_name.to_string(), state.to_owned(), roles.join(", ")]
    }

    fn id(&self) -> &str {
        self.login_name.as_str()
    }
}

async fn find(store: &Store, login_name: &LoginName) -> anyhow::Result<StaffMember> {
    store
        .staff()
        .find(login_name)
        .await?
        .with_context(|| format!("there is nobody with the login name {login_name}"))
}

async fn print_member(store: &Store, login_name: &LoginName) -> anyhow::Result<()> {
    print_json(&find(store, login_name).await?)
}

/// Whoever works at this machine.
fn operator<'a>(chain: &'a Chain, clock: &Clock) -> By<'a> {
    By { chain, actor: Actor::Operator(user()), at: clock.now() }
}

async fn switch(common: &Common, login_name: &LoginName, enable: bool) -> anyhow::Result<()> {
    let (_, keys, clock, store) = common.open().await?;
    let chain = Chain::new(&keys);
    let by = operator(&chain, &clock);
    let member = find(&store, login_name).await?;
    match enable {
        true => store.staff().enable(member.id, &by).await?,
        false => store.staff().disable(member.id, &by).await?,
    };
    print_member(&store, login_name).await
}

async fn reset(common: &Common, login_name: &LoginName, hours: u16) -> anyhow::Result<()> {
    let (_, keys, clock, store) = common.open().await?;
    let chain = Chain::new(&keys);
    let by = operator(&chain, &clock);
    let member = find(&store, login_name).await?;
    let (code, setup_hash) = setup_code()?;
    let expires_at = after_hours(clock.now(), hours);
    store.staff().reset(member.id, &setup_hash, expires_at, &by).await?;
    print_json(&json!({ "code": code, "expires_at": expires_at, "member": member }))
}

async fn change_roles(common: &Common, roles: &Roles, give: bool) -> anyhow::Result<()> {
    let (_, keys, clock, store) = common.open().await?;
    let chain = Chain::new(&keys);
    let by = operator(&chain, &clock);
    let member = find(&store, &roles.login_name).await?;
    if !give && member.grants.iter().all(|grant| roles.roles.contains(grant)) {
        bail!("{} would have no role left: disable them instead", roles.login_name);
    }
    for grant in &roles.roles {
        match give {
            true => store.staff().grant(member.id, grant, &by).await?,
            false => store.staff().revoke(member.id, grant, &by).await?,
        };
    }
    print_member(&store, &roles.login_name).await
}
