//! A terminal that takes no applications says why, and promises nothing about those that it holds.

use super::*;
use bianmin_protocol::credential::Credential;
use bianmin_protocol::ids::Millis;
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::standing::Revocation;
use bianmin_terminal::services::Lookup;

/// The hall's word, as `enrolled` has its key.
pub fn revoke(services: &Services) {
    let ledger = services.terminal().ledger();
    let own = &ledger.identity().enrolled.certificate;
    let statement = Revocation { terminal: own.terminal.clone(), key: own.key, told_at: Millis(1) };
    assert!(ledger.revoke(&statement.sign(&SigningKey::from_bytes(&[1; 32]).unwrap())).unwrap());
    look(services);
}

/// An attempt in vain has how things stand looked at.
fn look(services: &Services) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(services.terminal().hall().sync_once()).unwrap();
}

#[test]
fn a_revoked_terminal_says_so_wherever_a_resident_looks() {
    let (services, _folder) = own(config(Panel::PORTRAIT_32));
    let mut driver = ready(&services);
    submit(&mut driver);
    let number = services.terminal().ledger().records().unwrap().remove(0).registration;
    assert!(driver.sees("正在发送"));
    revoke(&services);
    driver.send(Message::StatusChanged);
    assert!(driver.sees("已登记，但没有送到大厅") && driver.sees("请带回执或登记号到人工窗口"));
    assert!(driver.sees("已停用 · 1 份没送到大厅"));
    for promise in ["网络恢复后", "您不用等", "正在发送", "离线可办"] {
        assert!(!driver.sees(promise), "{promise}");
    }
    driver.press("登记号记下了");
    driver.press("办别的事");
    assert!(driver.sees("这台机器已停用，不再受理申请"));
    let closed = applying(&services, "HJ02");
    for words in ["这台机器不再受理申请", "这台机器已停用", "人工窗口", "没送到大厅的申请"]
    {
        assert!(closed.sees(words), "{words}");
    }
    assert!(!closed.sees("同意，开始"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let token = services.terminal().ledger().record(&number).unwrap().unwrap().token;
    let found = runtime
        .block_on(services.terminal().applications().look_up(number, Credential::Receipt(token)))
        .unwrap();
    assert!(matches!(found, Lookup::View(view) if view.is_stranded));
}

#[test]
fn who_has_begun_is_told_that_it_was_not_taken_and_what_was_entered_is_still_there() {
    let (services, _folder) = own(config(Panel::PORTRAIT_32));
    let mut driver = ready(&services);
    revoke(&services);
    driver.press("提交");
    driver.until_sees("这台机器已停用", SOON);
    assert!(driver.sees("还没有登记成功") && driver.sees("您填写的内容还在"));
    assert!(services.terminal().ledger().records().unwrap().is_empty());
}

#[test]
fn a_copied_folder_takes_nothing_and_says_what_it_waits_for() {
    let (original, folder) = own(config(Panel::PORTRAIT_32));
    drop(original);
    let copy = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, copy.path().join(path.file_name().unwrap())).unwrap();
    }
    let terminal = Terminal::open(config(Panel::PORTRAIT_32), copy.path()).unwrap();
    let services = Services::new(terminal);
    let closed = applying(&services, "HJ02");
    for words in ["现在不能受理新申请", "还没有连上大厅", "暂停受理 · 等待连上大厅"]
    {
        assert!(closed.sees(words), "{words}");
    }
}
