// Package apps holds the dialplan's applications, one file each. All lists
// them; what they need from elsewhere comes in Deps.
package apps
