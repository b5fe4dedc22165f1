//! What lies at desks and is decided there only. No phone is ever sent it, so the phone's program need not know how to read it:
//! there it is a type without values, and whatever would be done with one is left out by the compiler.

/// Something of a desk.
#[cfg(not(target_arch = "wasm32"))]
pub type AtDesk<T> = T;

#[cfg(target_arch = "wasm32")]
pub use self::phone::AtDesk;

#[cfg(target_arch = "wasm32")]
mod phone {
    use std::convert::Infallible;
    use std::marker::PhantomData;
    use std::ops::{Deref, DerefMut};

    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    /// Something of a desk: there is none.
    #[derive(Clone, Debug, PartialEq)]
    pub struct AtDesk<T>(Infallible, PhantomData<T>);

    impl<T> Deref for AtDesk<T> {
        type Target = T;

        fn deref(&self) -> &T {
            match self.0 {}
        }
    }

    impl<T> DerefMut for AtDesk<T> {
        fn deref_mut(&mut self) -> &mut T {
            match self.0 {}
        }
    }

    impl<T> Serialize for AtDesk<T> {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            match self.0 {}
        }
    }

    impl<'de, T> Deserialize<'de> for AtDesk<T> {
        fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
            Err(de::Error::custom("of a desk"))
        }
    }
}
