package signin

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// The cost of one hash: RFC 9106 §4 names 64 MiB for memory-constrained
// environments; a box with 256 MiB that also carries calls gets OWASP's
// smaller equivalent. A hash carries its own cost, so it can be raised later.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	saltLength   = 16
	keyLength    = 32
)

// The bounds of a password, in characters.
const (
	MinPassword = 10
	MaxPassword = 200
)

var errBadHash = errors.New("signin: stored password hash is damaged")

// CheckPassword says what is wrong with a password that somebody chooses.
func CheckPassword(p string) error {
	n := utf8.RuneCountInString(p)
	switch {
	case !utf8.ValidString(p):
		return errors.New("the password holds characters that are not text")
	case n < MinPassword:
		return fmt.Errorf("the password has %d characters; at least %d are needed", n, MinPassword)
	case n > MaxPassword:
		return fmt.Errorf("the password is longer than %d characters", MaxPassword)
	case strings.Trim(p, "0123456789") == "":
		return errors.New("the password is only a number; add letters")
	case strings.Count(p, p[:1]) == len(p):
		return errors.New("the password repeats one character")
	}
	return nil
}

// HashPassword is the argon2id hash of p in its usual text form.
func HashPassword(p string, random io.Reader) (string, error) {
	salt := make([]byte, saltLength)
	if _, err := io.ReadFull(random, salt); err != nil {
		return "", fmt.Errorf("password salt: %w", err)
	}
	key := argon2.IDKey([]byte(p), salt, argonTime, argonMemory, argonThreads, keyLength)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads, b64(salt), b64(key)), nil
}

// VerifyPassword says whether p hashes to hash. The error means that hash
// itself is not one of ours.
func VerifyPassword(hash, p string) (bool, error) {
	var version, memory, time, threads uint32
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errBadHash
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, errBadHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &threads); err != nil {
		return false, errBadHash
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	// A damaged record must not make the box spend without bound.
	if err1 != nil || err2 != nil || len(salt) < 8 || len(key) != keyLength ||
		memory < 8 || memory > 256*1024 || time < 1 || time > 16 || threads < 1 || threads > 16 {
		return false, errBadHash
	}
	if len(p) > 4*MaxPassword {
		return false, nil
	}
	got := argon2.IDKey([]byte(p), salt, time, memory, uint8(threads), keyLength)
	return subtle.ConstantTimeCompare(got, key) == 1, nil
}
