// Package endpoint is SIP as a channel technology: it knows who calls, where
// an endpoint's phones are, and turns sessions of pbx/sip into legs of
// channels. So far it holds the fork, the machine that calls every contact of
// an endpoint and keeps one.
package endpoint
