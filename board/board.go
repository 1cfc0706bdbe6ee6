package board

// Color is what a light with several colours shows; one with a single colour
// ignores it. Off is no colour.
type Color uint8

// The colours that the indicator table uses.
const (
	None Color = iota
	Green
	Amber
	Red
	Blue
)

var colorText = [...]string{"", "green", "amber", "red", "blue"}

// String is the colour's name, empty for None.
func (c Color) String() string {
	if int(c) < len(colorText) {
		return colorText[c]
	}
	return ""
}

// LED is one light. Set never waits longer than a register access; an error
// means that the light could not be reached and is tried again at the next
// change. It is used by one goroutine at a time.
type LED interface {
	Set(on bool, color Color) error
}

// Board is what a set of hardware offers. It is immutable once opened.
type Board interface {
	// Name identifies the board, "sim" for the simulated one.
	Name() string
	// LEDs names the lights, in the order in which they stand on the box.
	LEDs() []string
	// LED finds a light by name.
	LED(name string) (LED, bool)
	// Close leaves every light off and releases the hardware.
	Close() error
}
