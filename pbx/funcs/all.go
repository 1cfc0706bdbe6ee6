package funcs

import (
	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

// Presence holds presence states by provider (CustomPresence:led1).
type Presence interface {
	Presence(provider string) call.Presence
	SetPresence(provider string, p call.Presence, by call.ID) error
}

// Devices holds device states by name (PJSIP/300, Custom:lamp1).
type Devices interface {
	DeviceState(name string) call.DeviceState
	SetDeviceState(name string, s call.DeviceState) error
}

// Hints gives the state of an extension's hint.
type Hints interface {
	ExtensionState(exten, context string) call.DeviceState
}

// DB is the store of DB(): values by family and key.
type DB interface {
	Get(family, key string) (value string, found bool, err error)
	Put(family, key, value string) error
	Delete(family, key string) error
}

// Deps is what the functions need; it is immutable.
type Deps struct {
	Presence Presence
	Devices  Devices
	Hints    Hints
	DB       DB
}

// All lists the functions by name.
func All(d Deps) []dialplan.Func {
	return []dialplan.Func{
		callerIDFunc(), channelFunc(), dbFunc(d), dbExistsFunc(d), deviceStateFunc(d), existsFunc(),
		extensionStateFunc(d), globalFunc(), ifFunc(), isNullFunc(), lenFunc(), presenceStateFunc(d),
	}
}
