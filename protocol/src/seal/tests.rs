//! What `seal` keeps.

use super::*;
use crate::application::ApplicationBody;
use crate::ids::{FieldCode, ItemCode, Millis, Revision, TerminalId};
use crate::registration::RegistrationNumber;
use proptest::prelude::*;

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// RFC 9180, appendix A.2.1: two messages of one context.
#[test]
fn rfc_9180_vectors_hold() {
    let secret = hex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb");
    let hall = SealSecretKey::from_bytes(&secret).unwrap();
    let public = hex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a");
    assert_eq!(hall.public(), SealPublicKey::from_bytes(&public).unwrap());
    let info = hex("4f6465206f6e2061204772656369616e2055726e");
    let clear = hex("4265617574792069732074727574682c20747275746820626561757479");
    let encapsulated = hex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a");
    let mut opener = hall.opener(&encapsulated, &info).unwrap();
    let sealed = [
        "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
        "6b53c051e4199c518de79594e1c4ab18b96f081549d45ce015be002090bb119e85285337cc95ba5f59992dc98c",
    ];
    for (index, sealed) in sealed.iter().enumerate() {
        let data = format!("Count-{index}");
        assert_eq!(opener.open(data.as_bytes(), &hex(sealed)).unwrap(), clear);
    }
}

/// What is sealed here another implementation opens, and the other way round.
#[test]
fn another_implementation_opens_and_seals_the_same() {
    use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
    type Kem = hpke::kem::X25519HkdfSha256;
    type Kdf = hpke::kdf::HkdfSha256;
    type Aead = hpke::aead::ChaCha20Poly1305;
    let (secret, public) = Kem::derive_keypair(b"thirty-two bytes that are a seed");
    let hall = SealSecretKey::from_bytes(&secret.to_bytes()).unwrap();
    assert_eq!(hall.public(), SealPublicKey::from_bytes(&public.to_bytes()).unwrap());
    let mut ours = PreparedSeal::new(&hall.public(), b"info").unwrap();
    let theirs = <Kem as hpke::Kem>::EncappedKey::from_bytes(&ours.encapsulated).unwrap();
    let mut theirs =
        hpke::setup_receiver::<Aead, Kdf, Kem>(&OpModeR::Base, &secret, &theirs, b"info").unwrap();
    let (encapsulated, mut their_sealer) =
        hpke::setup_sender::<Aead, Kdf, Kem>(&OpModeS::Base, &public, b"info").unwrap();
    let mut our_opener = hall.opener(&encapsulated.to_bytes(), b"info").unwrap();
    for message in [&b"first"[..], b"second"] {
        assert_eq!(theirs.open(&ours.sealer.seal(b"data", message).unwrap(), b"data").unwrap(), message);
        assert_eq!(our_opener.open(b"data", &their_sealer.seal(message, b"data").unwrap()).unwrap(), message);
    }
}

fn header(attachments: Vec<AttachmentEntry>) -> Header {
    let terminal = TerminalId::parse("HP07").unwrap();
    Header {
        application_id: ApplicationId::new(),
        registration: RegistrationNumber::from_parts(terminal.clone(), 261_121, 36).unwrap(),
        terminal,
        item: ItemCode::parse("HJ02").unwrap(),
        item_version: 1,
        catalogue: Revision(7),
        accepted_at: Millis(0),
        attachments,
    }
}

fn body() -> ApplicationBody {
    let mut body = ApplicationBody::default();
    body.answers.insert(FieldCode::parse("applicant_name").unwrap(), "张三".into());
    body
}

#[test]
fn only_the_hall_opens_and_any_changed_byte_is_refused() {
    let hall = SealSecretKey::generate().unwrap();
    let terminal = SigningKey::generate().unwrap();
    let sealed = Sealed::seal(&header(vec![]), &body(), &hall.public(), &terminal).unwrap();
    assert_eq!(sealed.open(&hall).unwrap(), body());
    assert!(matches!(sealed.open(&SealSecretKey::generate().unwrap()), Err(SealError::Open)));
    sealed.verify(&terminal.public()).unwrap();
    assert!(!serde_json::to_string(&sealed).unwrap().contains("张三"));
    for part in 0..4 {
        let mut changed = sealed.clone();
        let blob = match part {
            0 => &mut changed.header,
            1 => &mut changed.encapsulated,
            2 => &mut changed.ciphertext,
            _ => &mut changed.signature,
        };
        blob.0[3] ^= 1;
        assert!(changed.verify(&terminal.public()).is_err(), "part {part}");
        if part < 3 {
            assert!(changed.open(&hall).is_err(), "part {part}");
        }
    }
}

#[test]
fn attachments_survive_only_whole_and_in_place() {
    let hall = SealSecretKey::generate().unwrap();
    let application = ApplicationId::new();
    let material = MaterialCode::parse("M1").unwrap();
    let mut file = b"%PDF-1.7\n".to_vec();
    file.resize(CHUNK * 2 + 77, b' ');
    file.extend_from_slice(b"%%EOF");
    let sealed = seal_attachment(application, &material, &file, &hall.public()).unwrap();
    assert_eq!(sealed.chunks.len(), 3);
    assert_eq!(open_attachment(application, &sealed.entry, &sealed.chunks, &hall).unwrap(), file);
    let mut swapped = sealed.chunks.clone();
    swapped.swap(0, 1);
    assert!(open_attachment(application, &sealed.entry, &swapped, &hall).is_err());
    assert!(open_attachment(application, &sealed.entry, &sealed.chunks[..2], &hall).is_err());
    assert!(open_attachment(ApplicationId::new(), &sealed.entry, &sealed.chunks, &hall).is_err());
}

proptest! {
    #[test]
    fn hostile_envelopes_do_not_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,100}") {
        let hall = SealSecretKey::generate().unwrap();
        let _ = serde_json::from_str::<Sealed<ApplicationBody>>(&text);
        let sealed: Sealed<ApplicationBody> = Sealed {
            suite: Suite::X25519ChaCha20Poly1305Ed25519,
            header: bytes.clone().into(),
            encapsulated: bytes.clone().into(),
            ciphertext: bytes.clone().into(),
            signature: bytes.into(),
            body: PhantomData,
        };
        let _ = sealed.read_header();
        prop_assert!(sealed.open(&hall).is_err());
    }
}
