//! The few elements of WordprocessingML that papers are made of.

use std::fmt::Write;

/// The body of a document, as it grows.
pub struct Xml(String);

/// How letters look.
#[derive(Clone, Copy)]
pub struct Look {
    half_points: u32,
    bold: bool,
    italic: bool,
}

impl Look {
    pub const fn points(points: u32) -> Self {
        Self {
            half_points: points * 2,
            bold: false,
            italic: false,
        }
    }

    pub const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub const fn italic(self) -> Self {
        Self {
            italic: true,
            ..self
        }
    }

    fn properties(self) -> String {
        let (bold, italic) = (
            if self.bold { "<w:b/>" } else { "" },
            if self.italic { "<w:i/>" } else { "" },
        );
        format!(
            r#"<w:rPr>{bold}{italic}<w:sz w:val="{0}"/><w:szCs w:val="{0}"/></w:rPr>"#,
            self.half_points
        )
    }
}

#[derive(Clone, Copy)]
pub enum Align {
    Left,
    Centre,
    Both,
}

/// How a paragraph stands, in twips.
#[derive(Clone, Copy)]
pub struct Paragraph {
    pub align: Align,
    pub before: u32,
    pub after: u32,
    pub indent: u32,
    pub first_line: u32,
    pub keep_next: bool,
}

impl Paragraph {
    pub const fn body() -> Self {
        Self {
            align: Align::Left,
            before: 0,
            after: 0,
            indent: 0,
            first_line: 0,
            keep_next: false,
        }
    }

    pub const fn centred() -> Self {
        Self {
            align: Align::Centre,
            ..Self::body()
        }
    }

    fn properties(self) -> String {
        let align = match self.align {
            Align::Left => "left",
            Align::Centre => "center",
            Align::Both => "both",
        };
        let keep = if self.keep_next { "<w:keepNext/>" } else { "" };
        format!(
            r#"<w:pPr>{keep}<w:spacing w:before="{}" w:after="{}"/><w:ind w:left="{}" w:firstLine="{}"/><w:jc w:val="{align}"/></w:pPr>"#,
            self.before, self.after, self.indent, self.first_line
        )
    }
}

/// A cell of a table, in twips.
pub struct Cell {
    width: u32,
    middle: bool,
}

impl Cell {
    pub fn plain(width: u32) -> Self {
        Self {
            width,
            middle: false,
        }
    }

    pub fn middle(width: u32) -> Self {
        Self {
            width,
            middle: true,
        }
    }
}

impl Xml {
    pub fn new() -> Self {
        Self(String::from(concat!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
            r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" "#,
            r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>"#
        )))
    }

    /// The document, whose last section is `section`.
    pub fn finish(mut self, section: &str) -> String {
        self.0.push_str(section);
        self.0.push_str("</w:body></w:document>");
        self.0
    }

    /// A paragraph of one look.
    pub fn line(&mut self, paragraph: Paragraph, look: Look, text: &str) {
        self.runs(paragraph, &[(look, text)]);
    }

    /// A paragraph of several looks.
    pub fn runs(&mut self, paragraph: Paragraph, runs: &[(Look, &str)]) {
        self.0.push_str("<w:p>");
        self.0.push_str(&paragraph.properties());
        for (look, text) in runs {
            self.0.push_str("<w:r>");
            self.0.push_str(&look.properties());
            self.0.push_str(r#"<w:t xml:space="preserve">"#);
            escape(&mut self.0, text);
            self.0.push_str("</w:t></w:r>");
        }
        self.0.push_str("</w:p>");
    }

    /// A paragraph that goes on as dots to the end of the line: room for somebody's hand.
    pub fn room(&mut self, paragraph: Paragraph, look: Look, text: &str, width: u32) {
        let tab =
            format!(r#"<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{width}"/></w:tabs>"#);
        let properties =
            paragraph
                .properties()
                .replacen("<w:spacing", &format!("{tab}<w:spacing"), 1);
        self.0.push_str("<w:p>");
        self.0.push_str(&properties);
        self.0.push_str("<w:r>");
        self.0.push_str(&look.properties());
        self.0.push_str(r#"<w:t xml:space="preserve">"#);
        escape(&mut self.0, text);
        self.0.push_str("</w:t><w:tab/></w:r></w:p>");
    }

    /// A rule `length` long in the middle of `width`: the upper edge of a paragraph with no height to speak of.
    pub fn rule(&mut self, width: u32, length: u32) {
        let side = width.saturating_sub(length) / 2;
        self.push(format_args!(
            r#"<w:p><w:pPr><w:pBdr><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr><w:spacing w:before="40" w:after="0" w:line="40" w:lineRule="exact"/><w:ind w:left="{side}" w:right="{side}"/><w:jc w:val="center"/><w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>"#
        ));
    }

    /// Ends a section; what follows stands on a new page.
    pub fn section_ends(&mut self, section: &str) {
        self.push(format_args!(
            r#"<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/><w:rPr><w:sz w:val="2"/></w:rPr>{section}</w:pPr></w:p>"#
        ));
    }

    /// A table of columns of these widths, lined or not.
    pub fn table(&mut self, widths: &[u32], lined: bool, rows: impl FnOnce(&mut Self)) {
        let line = if lined {
            r#"w:val="single" w:sz="4" w:space="0" w:color="000000""#
        } else {
            r#"w:val="nil""#
        };
        let margin = if lined { 70 } else { 0 };
        let width: u32 = widths.iter().sum();
        self.push(format_args!(
            r#"<w:tbl><w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:tblBorders><w:top {line}/><w:left {line}/><w:bottom {line}/><w:right {line}/><w:insideH {line}/><w:insideV {line}/></w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="{1}" w:type="dxa"/><w:left w:w="{0}" w:type="dxa"/><w:bottom w:w="{1}" w:type="dxa"/><w:right w:w="{0}" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>"#,
            margin,
            margin / 2,
        ));
        for width in widths {
            self.push(format_args!(r#"<w:gridCol w:w="{width}"/>"#));
        }
        self.0.push_str("</w:tblGrid>");
        rows(self);
        self.0.push_str("</w:tbl>");
    }

    /// A row that stays whole; as a head, every page repeats it.
    pub fn row(&mut self, head: bool, cells: impl FnOnce(&mut Self)) {
        let head = if head { "<w:tblHeader/>" } else { "" };
        self.push(format_args!("<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>"));
        cells(self);
        self.0.push_str("</w:tr>");
    }

    /// A cell, in which at least one paragraph must stand.
    pub fn cell(&mut self, cell: Cell, content: impl FnOnce(&mut Self)) {
        let middle = if cell.middle {
            r#"<w:vAlign w:val="center"/>"#
        } else {
            ""
        };
        self.push(format_args!(
            r#"<w:tc><w:tcPr><w:tcW w:w="{}" w:type="dxa"/>{middle}</w:tcPr>"#,
            cell.width
        ));
        content(self);
        self.0.push_str("</w:tc>");
    }

    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        self.0
            .write_fmt(text)
            .expect("a String takes whatever is written");
    }
}

/// Text between tags. What XML does not know was left out when the text was cleaned.
pub fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
}
