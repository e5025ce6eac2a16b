//! Rust's layout: what rustfmt would make of calls and chains of calls, so that generated files need no rustfmt.

/// An expression.
#[derive(Clone, Debug)]
pub(crate) enum Code {
    /// What is never broken.
    Text(String),
    /// A beginning, and calls on it.
    Chain(String, Vec<Call>),
}

/// `.name(arguments)`, or without arguments whatever stands at the end of a chain: `.await?`.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    name: String,
    arguments: Vec<Code>,
}

/// A call in a chain.
pub(crate) fn call(name: &str, arguments: Vec<Code>) -> Call {
    Call { name: name.to_owned(), arguments }
}

/// Text that is never broken.
pub(crate) fn text(text: impl Into<String>) -> Code {
    Code::Text(text.into())
}

/// A string literal.
pub(crate) fn string(text: &str) -> Code {
    Code::Text(format!("{text:?}"))
}

impl Code {
    fn flat(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Chain(root, calls) => root.clone() + &calls.iter().map(Call::flat).collect::<String>(),
        }
    }

    /// The expression at a depth of indentation, within `width`; `after` are the letters that follow it on its last line.
    pub(crate) fn laid_out(&self, indent: usize, width: usize, after: usize) -> String {
        let flat = self.flat();
        let Self::Chain(root, calls) = self else { return flat };
        if indent + flat.chars().count() + after <= width && !flat.contains('\n') {
            return flat;
        }
        let mut out = root.clone();
        let inner = indent + 4;
        for (place, call) in calls.iter().enumerate() {
            let after = if place + 1 == calls.len() { after } else { 0 };
            out.push('\n');
            out.push_str(&" ".repeat(inner));
            out.push_str(&call.laid_out(inner, width, after));
        }
        out
    }
}

impl Call {
    fn is_bare(&self) -> bool {
        self.name.starts_with("await")
    }

    fn flat(&self) -> String {
        if self.is_bare() {
            return format!(".{}", self.name);
        }
        let arguments: Vec<String> = self.arguments.iter().map(Code::flat).collect();
        format!(".{}({})", self.name, arguments.join(", "))
    }

    fn laid_out(&self, indent: usize, width: usize, after: usize) -> String {
        let flat = self.flat();
        if self.arguments.is_empty() || indent + flat.chars().count() + after <= width {
            return flat;
        }
        let mut out = format!(".{}(\n", self.name);
        for argument in &self.arguments {
            out.push_str(&" ".repeat(indent + 4));
            out.push_str(&argument.laid_out(indent + 4, width, 1));
            out.push_str(",\n");
        }
        out.push_str(&" ".repeat(indent));
        out.push(')');
        out
    }
}
