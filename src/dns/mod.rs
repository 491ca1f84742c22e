//! Names to answers, as CoreDNS gives them, and the Pod's resolver.
