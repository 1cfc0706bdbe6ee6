package funcs

import (
	"fmt"
	"strings"

	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

func deviceStateFunc(d Deps) dialplan.Func {
	return dialplan.Func{
		Name: "DEVICE_STATE", Synopsis: "The state of a device; Custom: devices can be written",
		Read: func(_ *dialplan.Call, args string) (string, error) {
			return d.Devices.DeviceState(strings.TrimSpace(args)).String(), nil
		},
		Write: func(_ *dialplan.Call, args, value string) error {
			name := strings.TrimSpace(args)
			if !strings.HasPrefix(strings.ToLower(name), "custom:") {
				return fmt.Errorf("device %q cannot be written (Custom: only)", name)
			}
			s, err := call.ParseDeviceState(strings.TrimSpace(value))
			if err != nil {
				return err
			}
			return d.Devices.SetDeviceState(name, s)
		},
	}
}

func extensionStateFunc(d Deps) dialplan.Func {
	return dialplan.Func{
		Name: "EXTENSION_STATE", Synopsis: "The state of extension[@context]'s hint",
		Read: func(c *dialplan.Call, args string) (string, error) {
			exten, context, ok := strings.Cut(strings.TrimSpace(args), "@")
			if !ok || context == "" {
				context = "default"
			}
			return d.Hints.ExtensionState(exten, context).String(), nil
		},
	}
}
