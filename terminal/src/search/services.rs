//! Queries of residents against a small catalogue: what they must find, and what comes first.
