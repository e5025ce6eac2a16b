//! The accent colour: from the one that an owner chose, a darker and a lighter one that can be read in both schemes.
//!
//! What is derived depends on the chosen colour alone, so the stylesheet that carries it has the colour in its address:
//! every node serves it, no row is read for it, and browsers keep it.

use std::fmt;

use actix_web::{HttpResponse, http::header, web};
use serde::Deserialize;

use crate::web::{Error, Result};

/// The least contrast of text (WCAG 2.2, 1.4.3, level AA).
const LEAST: f64 = 4.5;
/// Counted up when other colours are derived than before: browsers keep the stylesheet for a year.
const DERIVATION: u32 = 1;
/// How far a colour moves at each step towards contrast.
const STEP: f64 = 0.004;
/// Below this a colour has no hue worth speaking of.
const GREY: f64 = 0.02;

/// What stands behind or upon the accent, as `tokens.css` and `admin.css` have it: lightness, chroma, hue; a hue of
/// none is the accent's own.
struct Scheme {
    backgrounds: [(f64, f64, Option<f64>); 3],
    text_upon: (f64, f64, f64),
    /// The way in which lightness moves until contrast holds.
    way: f64,
    /// How much further the stronger shade goes.
    stronger: f64,
}

const LIGHT: Scheme = Scheme {
    backgrounds: [(0.985, 0.005, Some(85.0)), (0.958, 0.009, Some(85.0)), (0.945, 0.025, None)],
    text_upon: (0.99, 0.005, 85.0),
    way: -1.0,
    stronger: 0.08,
};

const DARK: Scheme = Scheme {
    backgrounds: [(0.20, 0.01, Some(60.0)), (0.245, 0.012, Some(60.0)), (0.28, 0.03, None)],
    text_upon: (0.20, 0.02, 60.0),
    way: 1.0,
    stronger: 0.07,
};

/// A colour as screens have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent([u8; 3]);

impl Accent {
    /// Reads `#1f6feb`, `#16e` or the same without the sign.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let number = u32::from_str_radix(digits, 16).ok()?;
        let byte = |shift: u32| (number >> shift & 0xff) as u8;
        let doubled = |shift: u32| (number >> shift & 0xf) as u8 * 17;
        match digits.len() {
            6 => Some(Self([byte(16), byte(8), byte(0)])),
            3 => Some(Self([doubled(8), doubled(4), doubled(0)])),
            _ => None,
        }
    }

    /// Where its stylesheet is.
    pub fn url(self) -> String {
        format!("/accent.css?colour={}&v={DERIVATION}", &self.to_string()[1..])
    }

    /// The stylesheet: what it sets goes before `tokens.css`, media query included.
    fn css(self) -> String {
        let (_, chroma, hue) = to_oklch(self);
        // What has no hue leans to none but the paper's.
        let hue = if chroma < GREY { 85.0 } else { hue };
        let (light, light_strong) = self.shades(&LIGHT);
        let (dark, dark_strong) = self.shades(&DARK);
        format!(
            ":root{{--accent-hue:{hue:.0};--accent:light-dark({light},{dark});\
             --accent-strong:light-dark({light_strong},{dark_strong})}}\n\
             @media (prefers-contrast:more){{:root{{--accent:var(--accent-strong)}}}}\n"
        )
    }

    /// The colour itself if it can be read in a scheme, else the nearest of its hue that can; and a stronger one.
    fn shades(self, scheme: &Scheme) -> (Self, Self) {
        let (mut lightness, chroma, hue) = to_oklch(self);
        let own_hue = if chroma < GREY { 85.0 } else { hue };
        let mut shade = self;
        while !shade.is_readable(scheme, own_hue) && (0.0..=1.0).contains(&lightness) {
            lightness += scheme.way * STEP;
            shade = from_oklch(lightness, chroma, hue);
        }
        (shade, from_oklch(lightness + scheme.way * scheme.stronger, chroma, hue))
    }

    fn is_readable(self, scheme: &Scheme, own_hue: f64) -> bool {
        let behind = scheme.backgrounds.iter();
        let behind =
            behind.map(|(lightness, chroma, hue)| from_oklch(*lightness, *chroma, hue.unwrap_or(own_hue)));
        let (lightness, chroma, hue) = scheme.text_upon;
        behind.chain([from_oklch(lightness, chroma, hue)]).all(|other| contrast(self, other) >= LEAST)
    }

    /// WCAG's relative luminance.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl fmt::Display for Accent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(formatter, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// WCAG's contrast ratio, 1 to 21.
fn contrast(one: Accent, other: Accent) -> f64 {
    let (one, other) = (one.luminance(), other.luminance());
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// sRGB's transfer function (IEC 61966-2-1), and back.
fn linear(byte: u8) -> f64 {
    let value = f64::from(byte) / 255.0;
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

fn encoded(value: f64) -> f64 {
    if value <= 0.003_130_8 { value * 12.92 } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 }
}

/// Oklab's matrices are those of Björn Ottosson, <https://bottosson.github.io/posts/oklab/>, as CSS Color 4 takes them.
fn to_oklch(colour: Accent) -> (f64, f64, f64) {
    let [red, green, blue] = colour.0.map(linear);
    let long = (0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue).cbrt();
    let medium = (0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue).cbrt();
    let short = (0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue).cbrt();
    let lightness = 0.210_454_255_3 * long + 0.793_617_785 * medium - 0.004_072_046_8 * short;
    let a = 1.977_998_495_1 * long - 2.428_592_205 * medium + 0.450_593_709_9 * short;
    let b = 0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766 * short;
    (lightness, a.hypot(b), b.atan2(a).to_degrees().rem_euclid(360.0))
}

/// The nearest colour of a screen with this lightness and hue: of less chroma where it has to be.
fn from_oklch(lightness: f64, chroma: f64, hue: f64) -> Accent {
    let lightness = lightness.clamp(0.0, 1.0);
    let (mut least, mut most) = (0.0, chroma);
    let mut best = linear_rgb(lightness, chroma, hue);
    let is_there = |rgb: [f64; 3]| rgb.iter().all(|value| (-0.0005..=1.0005).contains(value));
    if !is_there(best) {
        for _ in 0..16 {
            let middle = f64::midpoint(least, most);
            if is_there(linear_rgb(lightness, middle, hue)) {
                least = middle;
            } else {
                most = middle;
            }
        }
        best = linear_rgb(lightness, least, hue);
    }
    Accent(best.map(|value| (encoded(value.clamp(0.0, 1.0)) * 255.0).round() as u8))
}

fn linear_rgb(lightness: f64, chroma: f64, hue: f64) -> [f64; 3] {
    let (a, b) = (chroma * hue.to_radians().cos(), chroma * hue.to_radians().sin());
    let long = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let medium = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let short = (lightness - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
    [
        4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
        -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
        -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701 * short,
    ]
}

/// The query of the stylesheet's address.
#[derive(Debug, Deserialize)]
pub struct Query {
    colour: String,
}

/// `GET /accent.css?colour=1f6feb`
///
/// # Errors
/// 404 for what is no colour.
pub async fn show(query: web::Query<Query>) -> Result<HttpResponse> {
    let accent = Accent::parse(&query.colour).ok_or(Error::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(accent.css()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_read_as_it_is_written() {
        for text in ["#1f6feb", "1F6FEB"] {
            assert_eq!(Accent::parse(text).unwrap().to_string(), "#1f6feb");
        }
        assert_eq!(Accent::parse("#16e").unwrap().to_string(), "#1166ee");
        for bad in ["", "#", "red", "#12345", "#1234567", "#12345g", "+12345", "#-1234", "##12345", "#é23"] {
            assert_eq!(Accent::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn oklch_there_and_back_is_the_same_colour() {
        for number in (0..=0xff_ffff_u32).step_by(4099) {
            let colour = Accent::parse(&format!("{number:06x}")).unwrap();
            let (lightness, chroma, hue) = to_oklch(colour);
            let back = from_oklch(lightness, chroma, hue);
            assert!(
                colour.0.iter().zip(back.0).all(|(one, other)| one.abs_diff(other) <= 1),
                "{colour} {back}"
            );
        }
        // CSS Color 4's own example: `oklch(0.628 0.2577 29.23)` is red.
        assert_eq!(from_oklch(0.627_96, 0.257_7, 29.23).to_string(), "#ff0000");
    }

    #[test]
    fn contrast_is_what_wcag_says() {
        let (black, white) = (Accent([0; 3]), Accent([255; 3]));
        assert!((contrast(black, white) - 21.0).abs() < 1e-9);
        // A grey that is known for passing by a hair.
        assert!((contrast(Accent([0x76; 3]), white) - 4.54).abs() < 0.01);
    }

    #[test]
    fn every_colour_can_be_read_in_both_schemes() {
        for number in (0..=0xff_ffff_u32).step_by(1021).chain([0, 0xff_ffff, 0xffff00, 0x00_00ff]) {
            let chosen = Accent::parse(&format!("{number:06x}")).unwrap();
            let (_, chroma, hue) = to_oklch(chosen);
            let own_hue = if chroma < GREY { 85.0 } else { hue };
            for scheme in [&LIGHT, &DARK] {
                let (shade, strong) = chosen.shades(scheme);
                assert!(shade.is_readable(scheme, own_hue), "{chosen}: {shade}");
                assert!(strong.is_readable(scheme, own_hue), "{chosen}: {strong}");
                // What can be read already is left as it is.
                assert!(!chosen.is_readable(scheme, own_hue) || shade == chosen, "{chosen}: {shade}");
            }
        }
    }

    #[test]
    fn the_backgrounds_are_those_of_the_stylesheets() {
        let tokens = include_str!("../../../static/css/tokens.css");
        for line in [
            "--paper: light-dark(oklch(98.5% 0.005 85), oklch(20% 0.01 60))",
            "--paper-sunk: light-dark(oklch(95.8% 0.009 85), oklch(24.5% 0.012 60))",
            "--on-accent: light-dark(oklch(99% 0.005 85), oklch(20% 0.02 60))",
        ] {
            assert!(tokens.contains(line), "{line}");
        }
        let picked =
            "--picked: light-dark(oklch(94.5% 0.025 var(--accent-hue)), oklch(28% 0.03 var(--accent-hue)))";
        assert!(include_str!("../../../static/css/admin.css").contains(picked));
    }

    #[test]
    fn a_stylesheet_holds_nothing_but_colours() {
        let css = Accent::parse("#1f6feb").unwrap().css();
        assert!(css.starts_with(":root{--accent-hue:2") && css.contains("light-dark(#1"), "{css}");
        assert!(css.contains("prefers-contrast:more"), "{css}");
    }
}
