// Package presence knows what devices and people do: device states made of
// channels and contacts, CustomPresence and Custom devices that the dialplan
// and pages set, hints that combine them under an extension, and the bodies
// that tell phones.
//
// Service.Observe is the hook of the event bus. It only takes note; events and
// watchers are served by Service.Run, because a hook must not publish.
package presence
