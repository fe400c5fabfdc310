//! Signing in and what belongs to it: passwords, one-time codes, second factors, sessions.
//!
//! A wrong name, a wrong password, one that was disabled and one that has set no password get the same answer, after the
//! same work. Knows nothing of HTTP but where somebody comes from.

use super::domain::{
    LoginName, Role, SessionEnds, SessionHash, SessionId, StaffId, StaffMember, Stage, TotpSecret,
};
use super::password::{Password, PasswordError, Passwords};
use super::store::{By, Credential, Proof, Session, TrySubject};
use crate::audit::{Actor, Chain};
use crate::clock::Clock;
use crate::db::{Store, StoreError};
use crate::http::limits::Network;
use crate::keys::Keys;
use bianmin_protocol::ids::Millis;
use bianmin_protocol::seal::SealedText;
use std::sync::Arc;
use std::time::Duration;

/// What the settings say of signing in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// Whether administrators and deciders need a second factor.
    pub totp_required: bool,
    /// When sessions end.
    pub ends: SessionEnds,
}

/// Why somebody is not signed in, or what they wanted was not done.
#[derive(Debug)]
pub(crate) enum SignInError {
    /// What was given does not fit.
    Wrong,
    /// There were too many wrong ones: not heard for so long.
    Wait(Duration),
    /// The new password is none, or too many sign in.
    Password(PasswordError),
    /// The session that this belongs to is over.
    Over,
    /// The database failed, or the operating system gives no randomness.
    Store(StoreError),
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<PasswordError> for SignInError {
    fn from(error: PasswordError) -> Self {
        Self::Password(error)
    }
}

impl From<getrandom::Error> for SignInError {
    fn from(_: getrandom::Error) -> Self {
        Self::Password(PasswordError::System)
    }
}

/// Somebody has come further in signing in.
#[derive(Debug)]
pub(crate) struct Begun {
    /// For their browser.
    pub id: SessionId,
    /// How far.
    pub stage: Stage,
    /// Who.
    pub member: StaffMember,
}

/// Signs staff in.
#[derive(Debug)]
pub(crate) struct Staff {
    store: Arc<Store>,
    keys: Keys,
    clock: Clock,
    rules: Rules,
    chain: Chain,
    pub(super) passwords: Passwords,
}

impl Staff {
    pub(crate) fn new(store: Arc<Store>, keys: Keys, clock: Clock, rules: Rules) -> Self {
        let chain = Chain::new(&keys);
        Self { store, keys, clock, rules, chain, passwords: Passwords::default() }
    }

    /// Signs somebody in with a password. `shown` is the session that the browser showed.
    pub(crate) async fn sign_in(
        &self,
        name: &str,
        password: Password,
        network: Network,
        shown: Option<&SessionHash>,
    ) -> Result<Begun, SignInError> {
        let known = self.hear(name, network).await?;
        let stored = known.as_ref().and_then(|known| known.password_hash.clone());
        let fits = self.passwords.verify(password, stored).await?;
        let about = known.as_ref().map(|known| known.member.id);
        let known = known.filter(|known| fits && known.member.disabled_at.is_none());
        let Some(known) = known else { return self.refuse(network, about, "password").await };
        let hash = known.password_hash.clone().unwrap_or_default();
        let stage = self.stage_after_password(&known);
        let begun = self.begin(known.member, stage, Proof::Password(&hash), shown).await?;
        self.store.staff().forget_tries(TrySubject::Login(name)).await?;
        Ok(begun)
    }

    /// Sets the first password of somebody with a one-time code, and signs them in.
    pub(crate) async fn sign_in_first(
        &self,
        name: &str,
        code: &str,
        password: Password,
        network: Network,
        shown: Option<&SessionHash>,
    ) -> Result<Begun, SignInError> {
        password.check(&name.trim().to_lowercase())?;
        let known = self.hear(name, network).await?;
        let setup = known.as_ref().and_then(|known| known.setup.clone());
        // However it was typed; what cannot be a code takes as long.
        let code = crate::fleet::codes::standard(code).unwrap_or_default();
        let stored = setup.as_ref().map(|(hash, _)| hash.clone());
        let fits = self.passwords.verify(Password::typed(code), stored).await?;
        let now = self.clock.now();
        let is_good = |known: &Credential| {
            fits && known.member.disabled_at.is_none()
                && setup.as_ref().is_some_and(|(_, until)| now.0 < until.0)
        };
        let about = known.as_ref().map(|known| known.member.id);
        let Some(known) = known.filter(is_good) else {
            return self.refuse(network, about, "one-time-code").await;
        };
        let hash = self.passwords.hash(password).await?;
        let setup_hash = setup.map(|(hash, _)| hash).unwrap_or_default();
        let (id, by) = (known.member.id, self.by(known.member.id));
        if !self.store.staff().set_first_password(id, &setup_hash, &hash, &by).await? {
            return self.refuse(network, about, "one-time-code").await;
        }
        let stage = self.stage_after_password(&known);
        let begun = self.begin(known.member, stage, Proof::Password(&hash), shown).await?;
        self.store.staff().forget_tries(TrySubject::Login(name)).await?;
        Ok(begun)
    }

    /// Goes on with a sign-in by a code of the second factor.
    pub(crate) async fn enter_code(
        &self,
        session: &Session,
        member: &StaffMember,
        code: &str,
        network: Network,
    ) -> Result<Begun, SignInError> {
        let staff = self.store.staff();
        let about = TrySubject::SecondFactor(member.id);
        staff.begin_try(about, network, self.clock.now()).await?.map_err(SignInError::Wait)?;
        let credential = staff.credential(&member.login_name).await?;
        let sealed = credential.and_then(|credential| credential.totp);
        let secret = sealed.and_then(|sealed| self.open(member.id, &sealed));
        let step = secret.and_then(|secret| secret.step_of(code, self.clock.seconds()));
        let is_new = match step {
            Some(step) => staff.take_totp_step(member.id, step).await?,
            None => false,
        };
        if !is_new {
            return self.refuse(network, Some(member.id), "second-factor").await;
        }
        let begun = self.begin(member.clone(), Stage::SignedIn, Proof::Session(&session.hash), None).await?;
        staff.forget_tries(about).await?;
        Ok(begun)
    }

    /// The secret of a new second factor, for somebody to confirm.
    pub(crate) async fn offer_totp(&self, member: &StaffMember) -> Result<TotpSecret, SignInError> {
        let credential = self.store.staff().credential(&member.login_name).await?.ok_or(SignInError::Over)?;
        // Whoever looks at the page again sees the same code.
        if let Some(secret) = credential.totp_pending.and_then(|sealed| self.open(member.id, &sealed)) {
            return Ok(secret);
        }
        let secret = TotpSecret::generate()?;
        self.store.staff().offer_totp(member.id, self.seal(member.id, &secret)?).await?;
        Ok(secret)
    }

    /// Confirms a second factor by a code that the app shows, and gives the browser a new session, signed in.
    pub(crate) async fn confirm_totp(
        &self,
        session: &Session,
        member: &StaffMember,
        code: &str,
    ) -> Result<Begun, SignInError> {
        let staff = self.store.staff();
        let credential = staff.credential(&member.login_name).await?.ok_or(SignInError::Over)?;
        let sealed = credential.totp_pending.ok_or(SignInError::Wrong)?;
        let secret = self.open(member.id, &sealed).ok_or(SignInError::Wrong)?;
        let step = secret.step_of(code, self.clock.seconds()).ok_or(SignInError::Wrong)?;
        if !staff.confirm_totp(member.id, sealed, step, &self.by(member.id)).await? {
            return Err(SignInError::Wrong);
        }
        self.begin(member.clone(), Stage::SignedIn, Proof::Session(&session.hash), None).await
    }

    /// Changes a password for who knows the present one; other sessions end.
    pub(crate) async fn change_password(
        &self,
        session: &Session,
        member: &StaffMember,
        present: Password,
        new: Password,
        network: Network,
    ) -> Result<(), SignInError> {
        new.check(member.login_name.as_str())?;
        let stored = self.verify_again(member, present, network).await?;
        let hash = self.passwords.hash(new).await?;
        let staff = self.store.staff();
        let by = self.by(member.id);
        match staff.change_password(member.id, &stored, &hash, &session.hash, &by).await? {
            true => Ok(()),
            false => Err(SignInError::Over),
        }
    }

    /// Removes the second factor of who knows the password. Who needs one has to set another up before anything else.
    pub(crate) async fn remove_totp(
        &self,
        session: &Session,
        member: &StaffMember,
        password: Password,
        network: Network,
    ) -> Result<Begun, SignInError> {
        self.verify_again(member, password, network).await?;
        self.store.staff().remove_totp(member.id, &self.by(member.id)).await?;
        let stage = if self.needs_totp(member) { Stage::Enrol } else { Stage::SignedIn };
        self.begin(member.clone(), stage, Proof::Session(&session.hash), None).await
    }

    /// Whether somebody has a second factor.
    pub(crate) async fn has_totp(&self, member: &StaffMember) -> Result<bool, StoreError> {
        let credential = self.store.staff().credential(&member.login_name).await?;
        Ok(credential.is_some_and(|credential| credential.totp.is_some()))
    }

    /// The slow hash of somebody's password, if this is it: asked again before it is changed.
    async fn verify_again(
        &self,
        member: &StaffMember,
        password: Password,
        network: Network,
    ) -> Result<String, SignInError> {
        let name = member.login_name.as_str();
        let stored = self.hear(name, network).await?.and_then(|known| known.password_hash);
        if !self.passwords.verify(password, stored.clone()).await? {
            return self.refuse(network, Some(member.id), "password").await;
        }
        self.store.staff().forget_tries(TrySubject::Login(name)).await?;
        Ok(stored.unwrap_or_default())
    }

    /// The session that a browser showed, if it is not over, and whose it is.
    pub(crate) async fn session(
        &self,
        shown: &SessionHash,
    ) -> Result<Option<(Session, StaffMember)>, StoreError> {
        let Some((session, member)) = self.store.staff().session(shown).await? else { return Ok(None) };
        let now = self.clock.now();
        let is_over = self.rules.ends.are_over(session.stage, session.begun_at, session.used_at, now);
        if is_over || member.disabled_at.is_some() {
            return Ok(None);
        }
        // A hall whose disk is full still shows what there is.
        if let Err(error) = self.store.staff().note_use(&session, now).await {
            tracing::warn!(%error, "cannot note that a session is used");
        }
        Ok(Some((session, member)))
    }

    /// Whether somebody needs a second factor.
    pub(crate) fn needs_totp(&self, member: &StaffMember) -> bool {
        let weighty = [Role::Administer, Role::Decide].iter().any(|role| member.may_somewhere(*role));
        self.rules.totp_required && weighty
    }

    fn stage_after_password(&self, known: &Credential) -> Stage {
        match &known.totp {
            Some(_) => Stage::SecondFactor,
            None if self.needs_totp(&known.member) => Stage::Enrol,
            None => Stage::SignedIn,
        }
    }

    /// Hears a try about a login name, unless there were too many, and finds whom it means.
    async fn hear(&self, name: &str, network: Network) -> Result<Option<Credential>, SignInError> {
        let now = self.clock.now();
        let heard = self.store.staff().begin_try(TrySubject::Login(name), network, now).await?;
        heard.map_err(SignInError::Wait)?;
        let Ok(login_name) = LoginName::parse(name) else { return Ok(None) };
        Ok(self.store.staff().credential(&login_name).await?)
    }

    /// Refuses what was given; `about` is whom it was about, if there is anybody.
    async fn refuse<T>(
        &self,
        network: Network,
        about: Option<StaffId>,
        what: &'static str,
    ) -> Result<T, SignInError> {
        // Nobody knows who tried.
        let by = By { chain: &self.chain, actor: Actor::Hall, at: self.clock.now() };
        self.store.staff().note_wrong(network, about.map(|id| (id, what)), &by).await?;
        Err(SignInError::Wrong)
    }

    /// Somebody of the staff, now: for what they change.
    pub(crate) fn by(&self, id: StaffId) -> By<'_> {
        By::staff(&self.chain, id, self.clock.now())
    }

    async fn begin(
        &self,
        member: StaffMember,
        stage: Stage,
        proof: Proof<'_>,
        shown: Option<&SessionHash>,
    ) -> Result<Begun, SignInError> {
        let now = self.clock.now();
        let id = SessionId::generate()?;
        let session = Session { hash: id.hash(), staff: member.id, stage, begun_at: now, used_at: now };
        let staff = self.store.staff();
        let absolute = i64::try_from(self.rules.ends.absolute.as_millis()).unwrap_or(i64::MAX);
        staff.remove_sessions_before(Millis(now.0.saturating_sub(absolute))).await?;
        let by = self.by(session.staff);
        if !staff.begin_session(&session, proof, shown, &by).await? {
            return Err(SignInError::Over);
        }
        Ok(Begun { id, stage, member })
    }

    fn seal(&self, id: StaffId, secret: &TotpSecret) -> Result<Vec<u8>, SignInError> {
        let about = about(id);
        let sealed = SealedText::seal(secret.as_bytes(), &about, &self.keys.seal.public());
        let sealed = sealed.ok().and_then(|sealed| serde_json::to_vec(&sealed).ok());
        sealed.ok_or(SignInError::Password(PasswordError::System))
    }

    fn open(&self, id: StaffId, sealed: &[u8]) -> Option<TotpSecret> {
        let sealed: SealedText = serde_json::from_slice(sealed).ok()?;
        let secret = self.keys.openers().open_text(&sealed, &about(id)).ok()?;
        TotpSecret::from_bytes(&secret)
    }
}

/// A sealed secret opens for its own account alone.
fn about(id: StaffId) -> Vec<u8> {
    format!("bianmin second factor {id}").into_bytes()
}
