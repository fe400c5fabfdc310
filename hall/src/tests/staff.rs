//! Staff in both databases: who may do what, and that a change of it counts at once.

use super::on_both;
use crate::staff::{AddError, Department, DisplayName, Grant, LoginName, NewMember, Role, StaffMember};
use crate::testing::TestHall;
use bianmin_protocol::ids::Millis;

fn login(name: &str) -> LoginName {
    LoginName::parse(name).unwrap()
}

/// Somebody with these roles, whose one-time code nobody knows.
async fn add(hall: &TestHall, name: &str, grants: &[&str]) -> Result<StaffMember, AddError> {
    let grants = grants.iter().map(|text| text.parse().unwrap()).collect();
    let new = NewMember::new(login(name), DisplayName::parse("示例数据").unwrap(), grants).unwrap();
    let now = hall.clock().now();
    hall.store().staff().add(&new, "none", Millis(now.0 + 1000), &hall.operator()).await
}

on_both! {
    async fn a_login_name_is_given_once_however_it_is_typed(database) {
        let hall = TestHall::start(database).await;
        let first = add(&hall, "wang", &["receive@GA", "decide"]).await.unwrap();
        assert_eq!(first.grants, ["receive@GA", "decide"].map(|text| text.parse::<Grant>().unwrap()));
        assert!(matches!(add(&hall, "WANG", &["receive"]).await, Err(AddError::Taken(_))));
        assert_eq!(hall.store().staff().find(&login("Wang")).await.unwrap(), Some(first.clone()));
        assert_eq!(hall.store().staff().member(first.id).await.unwrap(), Some(first));
        assert_eq!(hall.store().staff().find(&login("li")).await.unwrap(), None);
    }

    async fn roles_are_given_and_taken_one_by_one(database) {
        let hall = TestHall::start(database).await;
        let staff = hall.store().staff();
        let id = add(&hall, "wang", &["receive@GA"]).await.unwrap().id;
        let by = hall.operator();
        let own: Grant = "decide@GA".parse().unwrap();
        assert!(staff.grant(id, &own, &by).await.unwrap());
        assert!(!staff.grant(id, &own, &by).await.unwrap(), "they have it");
        assert!(!staff.grant(crate::staff::StaffId::new(), &own, &by).await.unwrap(), "there is nobody");
        let department = Department::parse("GA").unwrap();
        assert!(staff.member(id).await.unwrap().unwrap().may(Role::Decide, Some(&department)));
        assert!(!staff.revoke(id, &Grant::everywhere(Role::Decide), &by).await.unwrap(), "that is another");
        assert!(staff.revoke(id, &own, &by).await.unwrap());
        assert!(!staff.member(id).await.unwrap().unwrap().may_somewhere(Role::Decide));
    }

    async fn who_is_disabled_may_do_nothing_until_they_are_enabled(database) {
        let hall = TestHall::start(database).await;
        let staff = hall.store().staff();
        let id = add(&hall, "wang", &["administer"]).await.unwrap().id;
        let by = hall.operator();
        assert!(staff.disable(id, &by).await.unwrap());
        assert!(!staff.disable(id, &hall.operator()).await.unwrap());
        let disabled = staff.member(id).await.unwrap().unwrap();
        assert_eq!(disabled.disabled_at, Some(by.at), "the first time is the one that counts");
        assert!(!disabled.may(Role::Administer, None));
        assert!(staff.enable(id, &by).await.unwrap() && !staff.enable(id, &by).await.unwrap());
        assert!(staff.member(id).await.unwrap().unwrap().may(Role::Administer, None));
    }

    async fn a_list_goes_on_after_a_name(database) {
        let hall = TestHall::start(database).await;
        for name in ["zhao", "wang", "li", "chen"] {
            add(&hall, name, &["receive@GA", "issue@RS"]).await.unwrap();
        }
        let names = async |after: Option<&str>, most| -> Vec<String> {
            let after = after.map(login);
            let list = hall.store().staff().list_after(after.as_ref(), most).await.unwrap();
            assert!(list.iter().all(|member| member.grants.len() == 2));
            list.into_iter().map(|member| member.login_name.to_string()).collect()
        };
        assert_eq!(names(None, 3).await, ["chen", "li", "wang"]);
        assert_eq!(names(Some("wang"), 3).await, ["zhao"]);
        assert_eq!(names(Some("mm"), 1).await, ["wang"]);
    }
}
