//! A small client for the vSphere Web Services API (SOAP).
