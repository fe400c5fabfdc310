//! Every item of the demonstration catalogue, from its guide to its receipt.

use super::*;

#[test]
fn every_item_can_be_applied_for_on_the_screen() {
    let (services, _folder) = own(config(Panel::PORTRAIT_32));
    let catalogue = services.catalogue();
    let items: Vec<_> =
        catalogue.items.iter().filter(|item| item.can_apply_on(services.today())).cloned().collect();
    assert!(items.len() >= 80, "{} items", items.len());
    for item in &items {
        let mut driver = at_guide(&services, item);
        driver.press("开始办理");
        begin(&mut driver);
        fill(&mut driver);
        bring(&mut driver);
        assert_eq!(apply_of(driver.app()).place(), None, "{}: {:?}", item.code, driver.app().screen());
        let body = apply_of(driver.app()).draft().submission("zh-CN").body;
        assert_eq!(body.answers, item.example.answers, "{}", item.code);
        let promised = item.example.materials.iter().filter(|material| material.promised).count();
        let later = body.materials.iter().filter(|one| one.answer == MaterialAnswer::Promised).count();
        assert_eq!(later, promised, "{}", item.code);
        submit(&mut driver);
        assert!(driver.sees("登记号") && driver.sees(&item.name), "{}", item.code);
    }
    let records = services.terminal().ledger().records().unwrap();
    assert_eq!(records.len(), items.len());
    for (record, item) in records.iter().zip(&items) {
        assert_eq!(record.item, item.code);
        assert!(Receipt::verify(&record.token, &hall_key(services.terminal())).is_ok());
    }
}

fn hall_key(terminal: &Terminal) -> bianmin_protocol::keys::PublicKey {
    terminal.ledger().identity().enrolled.hall_key
}

/// Takes `item` through every step in a look and fails where a text is cut off.
fn nothing_is_hidden_of(item: &Arc<ServiceItem>, seen: Seen, services: &Services) {
    let mut driver = applying(services, item.code.as_str());
    let ctx = driver.app_mut().context_mut();
    ctx.look = Look::new(seen.mode);
    ctx.texts = Texts::new(seen.language);
    ctx.layout = seen.layout;
    driver.app_mut().refresh();
    nothing_is_hidden(&driver, item.code.as_str());
    begin(&mut driver);
    fill(&mut driver);
    nothing_is_hidden(&driver, item.code.as_str());
    bring(&mut driver);
    nothing_is_hidden(&driver, item.code.as_str());
}

#[test]
fn nothing_of_any_item_is_hidden_and_each_is_tried_in_another_look() {
    let services = [Panel::PORTRAIT_32, Panel::LANDSCAPE_21].map(|panel| {
        let mut config = config(panel);
        config.place.name = "示例社区便民服务站（示例数据）".into();
        own(config)
    });
    let large = Mode { text: TextSize::Large, ..Mode::default() };
    let en = Seen { language: Language::En, ..PLAIN };
    let looks = [
        PLAIN,
        en,
        Seen { mode: large, ..PLAIN },
        Seen { mode: large, ..en },
        Seen { layout: Layout::PortraitLow, ..PLAIN },
        Seen { layout: Layout::Landscape, ..PLAIN },
        Seen { layout: Layout::Landscape, ..en },
        Seen { layout: Layout::Landscape, mode: large, ..PLAIN },
    ];
    for (index, item) in services[0].0.catalogue().offered(services[0].0.today()).enumerate() {
        let seen = looks[index % looks.len()];
        let (services, _) = &services[usize::from(seen.layout == Layout::Landscape)];
        nothing_is_hidden_of(item, seen, services);
    }
}
