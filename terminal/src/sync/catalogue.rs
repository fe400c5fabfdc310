//! Fetching a newer catalogue: the delta where there is one, otherwise the bundle, resumed where it broke off.

use super::back_off::Pace;
use super::error::blocking;
use super::part::PartialFile;
use super::{HallError, SyncError, Syncer};
use crate::catalogue::{BUNDLE_LIMIT, CatalogueError};
use bianmin_protocol::catalogue::{Manifest, SignedManifest};
use bianmin_protocol::ids::Revision;
use bianmin_protocol::v1::{CATALOGUE, CatalogueState, bundle_path, delta_path};

impl Syncer {
    /// Fetches the newest revision if `newest` (from the heartbeat) is newer than what is held, or not known.
    ///
    /// A catalogue that is refused is asked for again ever more rarely, and does not count against the link.
    pub(super) async fn pull_catalogue(&mut self, newest: Option<Revision>) -> Result<(), SyncError> {
        let held = self.catalogue.revision();
        if newest.is_some_and(|newest| newest <= held)
            || self.catalogue_not_before.is_some_and(|begin| self.environment.net.now() < begin)
        {
            return Ok(());
        }
        let outcome = self.fetch_catalogue().await;
        if let Err(SyncError::Catalogue(_) | SyncError::Part(_)) = &outcome {
            let wait = self.catalogue_back_off.after(Pace::Retry, (self.environment.random)());
            self.catalogue_not_before = Some(self.environment.net.now() + wait);
        } else {
            self.catalogue_back_off.reset();
            self.catalogue_not_before = None;
        }
        outcome
    }

    async fn fetch_catalogue(&self) -> Result<(), SyncError> {
        let store = self.catalogue.clone();
        let held = blocking(move || -> Result<_, SyncError> {
            store.refresh();
            Ok(store.revision())
        })
        .await?;
        let state: CatalogueState = self.hall.get(&format!("{CATALOGUE}?have={held}")).await?;
        let Some(signed) = state.manifest else { return Ok(()) };
        let manifest = match self.catalogue.check(&signed) {
            Err(CatalogueError::NotNewer { offered, .. }) if offered == held => return Ok(()),
            other => other?,
        };
        if manifest.bundle_size > BUNDLE_LIMIT {
            return Err(CatalogueError::TooLarge.into());
        }
        if let Some(size) = state.delta.filter(|size| *size < manifest.bundle_size && held > Revision(0)) {
            match self.fetch_delta(held, &manifest, signed.clone(), size).await {
                // The bundle brings the same in its own way.
                Err(error) if may_do_with_bundle(&error) => {
                    tracing::warn!(%error, "a delta could not be used; fetching the whole catalogue");
                }
                other => return other,
            }
        }
        self.fetch_bundle(&manifest, signed).await
    }

    async fn fetch_delta(
        &self,
        held: Revision,
        manifest: &Manifest,
        signed: SignedManifest,
        size: u64,
    ) -> Result<(), SyncError> {
        let path = delta_path(held, manifest.revision);
        let delta = self.hall.download(&path, 0, size).await?.whole().await?;
        let store = self.catalogue.clone();
        blocking(move || store.apply_delta(&signed, &delta)).await?;
        tracing::info!(revision = %manifest.revision, size, "the catalogue was brought up to date");
        Ok(())
    }

    async fn fetch_bundle(&self, manifest: &Manifest, signed: SignedManifest) -> Result<(), SyncError> {
        let mut part =
            PartialFile::open(&self.catalogue.part_path(), manifest.bundle_digest, manifest.bundle_size)
                .await?;
        match self.fill(&mut part, manifest).await {
            // No room for it: what is there is given back to the ledger.
            Err(SyncError::Part(error)) => {
                part.remove().await;
                return Err(error.into());
            }
            Err(error) => {
                let _ = part.keep().await;
                return Err(error);
            }
            Ok(()) => {}
        }
        let bundle = part.take().await?;
        let size = bundle.len();
        let store = self.catalogue.clone();
        blocking(move || store.apply_bundle(&signed, &bundle)).await?;
        tracing::info!(revision = %manifest.revision, size, "a new catalogue is in use");
        Ok(())
    }

    async fn fill(&self, part: &mut PartialFile, manifest: &Manifest) -> Result<(), SyncError> {
        if part.have() == manifest.bundle_size {
            return Ok(());
        }
        let path = bundle_path(manifest.revision);
        let mut download = match self.hall.download(&path, part.have(), manifest.bundle_size).await {
            // What is here is no beginning of what the hall has.
            Err(error @ HallError::NotTheHall { status: 416 }) => {
                part.restart().await?;
                return Err(error.into());
            }
            other => other?,
        };
        if download.from != part.have() {
            part.restart().await?;
            if download.from != 0 {
                return Err(HallError::BadAnswer.into());
            }
        }
        while let Some(bytes) = download.next().await? {
            if part.have() + bytes.len() as u64 > manifest.bundle_size {
                part.restart().await?;
                return Err(CatalogueError::Bundle.into());
            }
            part.append(&bytes).await?;
        }
        if part.have() < manifest.bundle_size {
            let detail = "the bundle broke off".to_owned();
            return Err(HallError::Unreachable { sent: true, detail }.into());
        }
        Ok(())
    }
}

/// Whether the delta itself is to blame, rather than the disk or the line.
fn may_do_with_bundle(error: &SyncError) -> bool {
    match error {
        SyncError::Catalogue(error) => {
            !matches!(error, CatalogueError::Storage(_) | CatalogueError::NotNewer { .. })
        }
        SyncError::Hall(error) => !matches!(error, HallError::Unreachable { .. } | HallError::Revoked),
        _ => false,
    }
}
