package digest

import (
	"crypto/md5" // RFC 3261 asks for it
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Algorithm is a digest algorithm as it stands in a header.
type Algorithm string

// The algorithms that the box speaks.
const (
	MD5    Algorithm = "MD5"
	SHA256 Algorithm = "SHA-256"
)

// algorithm reads a header's value; absent means MD5 (RFC 7616 §3.3).
func algorithm(s string) (Algorithm, bool) {
	switch {
	case s == "", strings.EqualFold(s, "MD5"):
		return MD5, true
	case strings.EqualFold(s, "SHA-256"):
		return SHA256, true
	}
	return "", false
}

func (a Algorithm) sum(s string) string {
	if a == SHA256 {
		h := sha256.Sum256([]byte(s))
		return hex.EncodeToString(h[:])
	}
	h := md5.Sum([]byte(s))
	return hex.EncodeToString(h[:])
}

// HA1 is the hash that stands for a password: of user, realm and password.
func HA1(a Algorithm, user, realm, password string) string {
	return a.sum(user + ":" + realm + ":" + password)
}

// response is the request-digest; qop "" is that of RFC 2069.
func (a Algorithm) response(ha1, nonce, nc, cnonce, qop, method, uri string) string {
	ha2 := a.sum(method + ":" + uri)
	if qop == "" {
		return a.sum(ha1 + ":" + nonce + ":" + ha2)
	}
	return a.sum(ha1 + ":" + nonce + ":" + nc + ":" + cnonce + ":" + qop + ":" + ha2)
}

// Credential is what a user proves. A Password serves every algorithm; else
// the HA1 of the algorithm used must be there, in hex. A Username that is set
// must be the one claimed.
type Credential struct {
	Username  string
	Password  string
	MD5HA1    string
	SHA256HA1 string
}

func (c Credential) ha1(a Algorithm, user, realm string) string {
	switch {
	case c.Password != "":
		return HA1(a, user, realm, c.Password)
	case a == MD5:
		return strings.ToLower(c.MD5HA1)
	default:
		return strings.ToLower(c.SHA256HA1)
	}
}
