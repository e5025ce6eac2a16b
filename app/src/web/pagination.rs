//! Pages of a list: reading the number, and the links from one page to the others.

use serde::{Deserialize, Serialize};

use super::{Error, Result};

/// Which page of a list is wanted, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageNumber(u64);

impl PageNumber {
    /// The first page.
    pub const FIRST: Self = Self(1);

    /// Reads `?page=`; without it, the first page.
    ///
    /// # Errors
    /// 400 for what is no number or below 1.
    pub fn parse(text: Option<&str>) -> Result<Self> {
        match text {
            None => Ok(Self(1)),
            // A number too large for us is a page beyond the last one.
            Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                match digits.parse().unwrap_or(u64::MAX) {
                    0 => Err(Error::BadRequest("Pages are counted from 1.".to_owned())),
                    number => Ok(Self(number)),
                }
            }
            Some(_) => Err(Error::BadRequest("The page is not a number.".to_owned())),
        }
    }

    /// The number.
    pub fn get(self) -> u64 {
        self.0
    }

    /// Rows before this page. Saturates: no list is that long.
    pub fn offset(self, per_page: u64) -> u64 {
        (self.0 - 1).saturating_mul(per_page).min(i64::MAX as u64)
    }
}

/// The query of a plain list.
#[derive(Debug, Deserialize)]
pub struct ListQuery {
    /// `?page=`
    pub page: Option<String>,
}

/// The query of a list in the API.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ApiListQuery {
    /// The page, from 1; default 1
    #[param(value_type = Option<u64>, minimum = 1)]
    pub page: Option<String>,
    /// Rows in a page, 1 to 100; default 10
    #[param(value_type = Option<u64>, minimum = 1, maximum = 100)]
    pub per_page: Option<String>,
}

impl ApiListQuery {
    /// The page and its size.
    ///
    /// # Errors
    /// 400 for a page or a size that is no number or out of bounds.
    pub fn parse(&self) -> Result<(PageNumber, u64)> {
        let per_page = match self.per_page.as_deref() {
            None => 10,
            Some(text) => Some(text)
                // The parser takes a sign, which a page's number must not have either.
                .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
                .and_then(|text| text.parse().ok())
                .filter(|number| (1..=100).contains(number))
                .ok_or_else(|| Error::BadRequest("per_page is a number from 1 to 100.".to_owned()))?,
        };
        Ok((PageNumber::parse(self.page.as_deref())?, per_page))
    }
}

/// The number of pages that `total` rows fill: at least one, be it empty.
pub fn page_count(total: u64, per_page: u64) -> u64 {
    total.div_ceil(per_page).max(1)
}

/// Whether a list of `total` rows has this page, to be asked before its rows are.
///
/// # Errors
/// 404 for a page beyond the last one.
pub fn check(number: PageNumber, total: u64, per_page: u64) -> Result<()> {
    if number.get() > page_count(total, per_page) { Err(Error::NotFound) } else { Ok(()) }
}

/// A page of rows, with what is known of the whole list.
#[derive(Debug)]
pub struct PageOf<T> {
    /// This page's rows.
    pub rows: Vec<T>,
    /// Rows in the whole list.
    pub total: u64,
    /// This page's number.
    pub number: PageNumber,
    /// Rows in a full page.
    pub per_page: u64,
}

impl<T> PageOf<T> {
    /// Puts a page together.
    ///
    /// # Errors
    /// 404 for a page beyond the last one.
    pub fn new(rows: Vec<T>, total: u64, number: PageNumber, per_page: u64) -> Result<Self> {
        check(number, total, per_page)?;
        Ok(Self { rows, total, number, per_page })
    }

    /// The same page with other rows.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> PageOf<U> {
        let rows = self.rows.into_iter().map(change).collect();
        PageOf { rows, total: self.total, number: self.number, per_page: self.per_page }
    }

    /// The links to the other pages of the list at `path`; `filters` are the other parameters of its query, kept.
    pub fn links(&self, path: &str, filters: &[(&str, &str)]) -> Pagination {
        self.links_by("page", "", path, filters)
    }

    /// As [`Self::links`], for a list that stands in a page about something else: its number is another parameter, and the
    /// links lead to a place in the page (`#comments`).
    pub fn links_by(
        &self,
        parameter: &str,
        fragment: &str,
        path: &str,
        filters: &[(&str, &str)],
    ) -> Pagination {
        let current = self.number.get();
        let pages = page_count(self.total, self.per_page);
        let href = |number: u64| {
            let mut query: Vec<String> = filters
                .iter()
                .map(|(name, value)| {
                    format!("{}={}", super::links::encode(name), super::links::encode(value))
                })
                .collect();
            if number > 1 {
                query.push(format!("{parameter}={number}"));
            }
            let mark = if query.is_empty() { "" } else { "?" };
            format!("{path}{mark}{}{fragment}", query.join("&"))
        };
        let before = self.number.offset(self.per_page);
        let mut numbers = Vec::new();
        let mut last_shown = 0;
        for number in
            [1, 2].into_iter().chain(current.saturating_sub(1)..=current + 1).chain([pages - 1, pages])
        {
            if number <= last_shown || number == 0 || number > pages {
                continue;
            }
            match number - last_shown {
                1 => {}
                // An ellipsis in the place of one number would save nothing.
                2 => numbers.push(PageLink::to(number - 1, href(number - 1), current)),
                _ => numbers.push(PageLink { number: 0, href: String::new(), current: false, gap: true }),
            }
            numbers.push(PageLink::to(number, href(number), current));
            last_shown = number;
        }
        Pagination {
            current,
            pages,
            total: self.total,
            is_more: false,
            from: if self.rows.is_empty() { 0 } else { before + 1 },
            to: before + self.rows.len() as u64,
            first: (current > 1).then(|| href(1)),
            previous: (current > 1).then(|| href(current - 1)),
            next: (current < pages).then(|| href(current + 1)),
            last: (current < pages).then(|| href(pages)),
            numbers,
        }
    }
}

/// The links below a list, as templates receive them.
#[derive(Debug, Serialize)]
pub struct Pagination {
    /// This page, from 1.
    pub current: u64,
    /// The number of pages, at least 1.
    pub pages: u64,
    /// Rows in the whole list, as far as they were counted.
    pub total: u64,
    /// Whether it has more, and more pages.
    pub is_more: bool,
    /// The first row shown, from 1; 0 when there is none.
    pub from: u64,
    /// The last row shown.
    pub to: u64,
    /// The first page, unless this is it.
    pub first: Option<String>,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
    /// The last page, unless this is it.
    pub last: Option<String>,
    /// Some pages by number, with gaps.
    pub numbers: Vec<PageLink>,
}

/// A page's number in [`Pagination`], or a gap between two.
#[derive(Debug, PartialEq, Serialize)]
pub struct PageLink {
    /// The page's number; 0 for a gap.
    pub number: u64,
    /// Where it is; empty for a gap.
    pub href: String,
    /// Whether it is the one shown.
    pub current: bool,
    /// Whether it stands for pages left out.
    pub gap: bool,
}

impl PageLink {
    fn to(number: u64, href: String, current: u64) -> Self {
        Self { number, href, current: number == current, gap: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(current: u64, pages: u64) -> Vec<String> {
        let page = PageOf { rows: vec![0], total: pages, number: PageNumber(current), per_page: 1 };
        let link = |link: &PageLink| match (link.gap, link.current) {
            (true, _) => "…".to_owned(),
            (_, true) => format!("[{}]", link.number),
            _ => link.number.to_string(),
        };
        page.links("/", &[]).numbers.iter().map(link).collect()
    }

    #[test]
    fn numbers_show_both_ends_and_the_neighbours() {
        assert_eq!(shown(1, 1), ["[1]"]);
        assert_eq!(shown(2, 3), ["1", "[2]", "3"]);
        assert_eq!(shown(5, 10), ["1", "2", "3", "4", "[5]", "6", "…", "9", "10"]);
        assert_eq!(shown(1, 10), ["[1]", "2", "…", "9", "10"]);
        assert_eq!(shown(10, 10), ["1", "2", "…", "9", "[10]"]);
        assert_eq!(shown(50, 100), ["1", "2", "…", "49", "[50]", "51", "…", "99", "100"]);
    }

    #[test]
    fn links_keep_the_filters() {
        let page = PageOf { rows: vec![0; 10], total: 35, number: PageNumber(2), per_page: 10 };
        let links = page.links("/search", &[("q", "a b&c")]);
        assert_eq!(links.first.as_deref(), Some("/search?q=a%20b%26c"));
        assert_eq!(links.next.as_deref(), Some("/search?q=a%20b%26c&page=3"));
        assert_eq!(links.last.as_deref(), Some("/search?q=a%20b%26c&page=4"));
        assert_eq!((links.from, links.to, links.total, links.pages), (11, 20, 35, 4));
    }

    #[test]
    fn page_numbers_are_numbers_from_one() {
        assert_eq!(PageNumber::parse(None).map(PageNumber::get).ok(), Some(1));
        assert_eq!(PageNumber::parse(Some("7")).map(PageNumber::get).ok(), Some(7));
        for bad in ["0", "-1", "x", "", "1.5", "+1", "١"] {
            assert!(matches!(PageNumber::parse(Some(bad)), Err(Error::BadRequest(_))), "{bad}");
        }
        let huge = PageNumber::parse(Some("99999999999999999999")).ok();
        assert!(huge.is_some_and(|page| PageOf::<()>::new(vec![], 5, page, 10).is_err()));
        assert_eq!(huge.map(|page| page.offset(10)), Some(i64::MAX as u64));
    }
}
