-- Who works in this hall. login_name is in lower case; language is null while nobody has chosen one.
CREATE TABLE staff (
    id TEXT PRIMARY KEY,
    login_name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    language TEXT,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);
CREATE UNIQUE INDEX staff_login_name ON staff (login_name);
-- Roles; an empty department means all of them.
CREATE TABLE staff_grant (
    staff TEXT NOT NULL,
    role TEXT NOT NULL,
    department TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (staff, role, department)
);
-- How somebody proves to be who they say. setup_hash is that of a one-time code, with which a first password is set; TOTP
-- secrets are sealed to the hall. totp_pending is one that was shown and not confirmed yet; no code is taken twice, since
-- totp_step is the last one that was.
CREATE TABLE staff_credential (
    staff TEXT PRIMARY KEY,
    password_hash TEXT,
    password_set_at BIGINT,
    setup_hash TEXT,
    setup_expires_at BIGINT,
    totp_sealed {BLOB},
    totp_pending {BLOB},
    totp_step BIGINT NOT NULL
);
-- Browsers that are signed in, by the digest of the id in their cookie.
CREATE TABLE staff_session (
    id_hash TEXT PRIMARY KEY,
    staff TEXT NOT NULL,
    stage TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL
);
CREATE INDEX staff_session_of ON staff_session (staff);
CREATE INDEX staff_session_begun ON staff_session (begun_at);
-- Wrong tries to sign in, by the digest of whom or where they were about.
CREATE TABLE staff_try (
    subject TEXT PRIMARY KEY,
    wrong BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
CREATE INDEX staff_try_last ON staff_try (last_at);
