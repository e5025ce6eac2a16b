//! What the owner makes of the site: settings, the menu, pages of its own, a theme, and the count of its readers.
#![expect(clippy::unwrap_used, reason = "what breaks here must fail its test")]

mod hostile;
mod menu;
mod own_pages;
mod settings;
mod themes;
mod visits;

use harness::{Answer, Visitor};

/// A browser of these days.
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0";

fn version(page: &Answer) -> String {
    page.attributes("input[name=_version]", "value").remove(0)
}

/// Sends some settings as their form does: with the version that it was opened with.
async fn set(owner: &Visitor<'_>, fields: &[(&str, &str)]) -> Answer {
    send(owner, "/admin/settings", fields).await
}

/// Sends a form of the admin with the version that it was opened with.
async fn send(owner: &Visitor<'_>, path: &str, fields: &[(&str, &str)]) -> Answer {
    let seen = version(&owner.get(path).await.expect(200));
    let mut all = vec![("_version", seen.as_str())];
    all.extend_from_slice(fields);
    owner.post(path, &all).await
}

/// Sends a menu: labels and addresses, in their order.
async fn set_menu(owner: &Visitor<'_>, items: &[(&str, &str)]) -> Answer {
    let names: Vec<[String; 3]> = (0..items.len())
        .map(|at| ["label", "url", "_order"].map(|field| format!("menu.{at}.{field}")))
        .collect();
    let places: Vec<String> = (1..=items.len()).map(|place| place.to_string()).collect();
    let count = items.len().to_string();
    let mut fields = vec![("menu._count", count.as_str())];
    for ((names, place), (label, url)) in names.iter().zip(&places).zip(items) {
        fields.extend([(names[0].as_str(), *label), (names[1].as_str(), *url), (names[2].as_str(), place)]);
    }
    send(owner, "/admin/menu", &fields).await
}
