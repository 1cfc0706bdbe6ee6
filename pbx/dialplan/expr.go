package dialplan

import "strings"

// Eval evaluates the inside of $[ ]. Operators, loosest first:
//
//	?  ::         condition ? then :: else
//	|  ||         the left side unless it is 0 or empty, else the right
//	&  &&         the left side if both are neither 0 nor empty, else 0
//	= == != < > <= >=   as numbers when both are, else as bytes
//	+  -          words that are no numbers count as 0
//	*  /  %       0 when a side is no number
//	!  - (unary)
//	:  =~  ~~     regular expression at the start, anywhere; joining
//
// A word in quotes is text and keeps its quotes. After a syntax error the value
// is what had been read completely, 0 inside an operation, "" when nothing had.
func Eval(text string) string {
	p := parser{toks: lex(clip(text))}
	if len(p.toks) == 0 || !p.starts() {
		return ""
	}
	v := p.expr(0, 0)
	if p.failed {
		return "0"
	}
	return v.text
}

// value is an operand as text; number reads it as a number.
type value struct{ text string }

// maxNesting bounds parentheses and chains of operators in an expression.
const maxNesting = 200

// parser walks the tokens of one expression by operator precedence.
type parser struct {
	toks   []token
	failed bool
}

func (p *parser) peek() string {
	if len(p.toks) == 0 {
		return ""
	}
	return p.toks[0].op
}

func (p *parser) next() token {
	t := p.toks[0]
	p.toks = p.toks[1:]
	return t
}

// starts says whether an expression can begin here.
func (p *parser) starts() bool {
	switch p.peek() {
	case "word", "(", "-", "!":
		return true
	}
	return false
}

func (p *parser) fail() value {
	p.failed = true
	p.toks = nil
	return value{"0"}
}

// binding is how tightly a binary operator holds, 0 for what is none.
func binding(op string) int {
	switch op {
	case "?":
		return 1
	case "|", "||":
		return 2
	case "&", "&&":
		return 3
	case "=", "==", "!=", "<", ">", "<=", ">=":
		return 4
	case "+", "-":
		return 5
	case "*", "/", "%":
		return 6
	case ":", "=~", "~~":
		return 8
	}
	return 0
}

const unaryBinding = 7

func (p *parser) expr(least, depth int) value {
	if depth > maxNesting {
		return p.fail()
	}
	left := p.operand(depth)
	for !p.failed {
		op := p.peek()
		b := binding(op)
		if b == 0 || b <= least {
			return left
		}
		p.next()
		if op == "?" {
			left = p.condition(left, depth)
			continue
		}
		right := p.expr(b, depth+1)
		if p.failed {
			break
		}
		left = apply(op, left, right)
	}
	return left
}

func (p *parser) condition(cond value, depth int) value {
	then := p.expr(1, depth+1)
	if p.failed || p.peek() != "::" {
		return p.fail()
	}
	p.next()
	other := p.expr(0, depth+1)
	if cond.holds() {
		return then
	}
	return other
}

func (p *parser) operand(depth int) value {
	if len(p.toks) == 0 {
		return p.fail()
	}
	switch t := p.next(); t.op {
	case "word":
		if p.peek() == "(" {
			return p.call(t.text, depth)
		}
		return value{t.text}
	case "(":
		v := p.expr(0, depth+1)
		if p.failed || p.peek() != ")" {
			return p.fail()
		}
		p.next()
		return v
	case "-":
		return negate(p.expr(unaryBinding, depth+1))
	case "!":
		return boolean(!p.expr(unaryBinding, depth+1).truth())
	}
	return p.fail()
}

// call reads the arguments of a mathematical function.
func (p *parser) call(name string, depth int) value {
	p.next()
	var args []value
	for p.peek() != ")" {
		args = append(args, p.expr(0, depth+1))
		if p.failed || len(args) > 8 {
			return p.fail()
		}
		if p.peek() == "," {
			p.next()
		} else if p.peek() != ")" {
			return p.fail()
		}
	}
	p.next()
	return mathFunc(strings.Trim(name, `"`), args)
}
