"""Small functions in C that a text carries with it where it calls them, and names to stay off."""

from __future__ import annotations

from typing import Any, Final

import sympy

HELPERS: Final[dict[str, str]] = {
    "floor_div": """static int floor_div(int a, int b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}""",
    "floor_mod": """static int floor_mod(int a, int b)
{
    return a - b*floor_div(a, b);
}""",
    "larger": """static int larger(int a, int b)
{
    return a > b ? a : b;
}""",
    "smaller": """static int smaller(int a, int b)
{
    return a < b ? a : b;
}""",
    "modulo": """static double modulo(double x, double m)
{
    return x - m*floor(x/m);
}""",
    "LogisticSigmoid": """static double LogisticSigmoid(double x)
{
    const double small = exp(-fabs(x));
    return (x < 0 ? small : 1)/(1 + small);
}""",
    "SoftPlus": """static double SoftPlus(double x)
{
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}""",
    "ELU": """static double ELU(double x)
{
    return x > 0 ? x : expm1(x);
}""",
    "SELU": """static double SELU(double x)
{
    return x > 0 ? 1.0507*x : 1.758099340847161*expm1(x);
}""",
    "sech": """static double sech(double x)
{
    const double small = exp(-fabs(x));
    return 2*small/(1 + small*small);
}""",
    "csch": """static double csch(double x)
{
    return (x < 0 ? 2 : -2)*exp(-fabs(x))/expm1(-2*fabs(x));
}""",
    "erfinv": """static double erfinv(double y)
{
    const double tail = 1 - fabs(y), far = log(tail) + log1p(fabs(y));
    const double a = 2/(3.141592653589793*0.147) + far/2;
    double x = sqrt(fmax(sqrt(a*a - far/0.147) - a, 0));
    for (int step = 0; step < 4; ++step) {
        x += (erfc(x) - tail)*0.886226925452758*exp(x*x);
    }
    return copysign(tail == 0 ? INFINITY : x, y);
}""",
    "digamma": """static double digamma(double x)
{
    const double pi = 3.141592653589793;
    double y = x < 0.5 ? 1 - x : x;
    double total = x < 0.5 ? -pi/tan(pi*x) : 0;
    for (; y < 10; ++y) {
        total -= 1/y;
    }
    const double z = 1/(y*y);
    const double series = z*(1.0/12 - z*(1.0/120 - z*(1.0/252 - z*(1.0/240 - z/132))));
    total += log(y) - 1/(2*y) - series;
    return x <= 0 && x == floor(x) ? NAN : total;
}""",
}
"""The source of each function, in the order in which they may rest on each other."""

RESTS_ON: Final[dict[str, tuple[str, ...]]] = {"floor_mod": ("floor_div",)}

_KEYWORDS = """auto break case char const continue default do double else enum extern float for goto
if inline int long register restrict return short signed sizeof static struct switch typedef union
unsigned void volatile while asm bool true false main"""
_LIBRARY = """abs labs
div exit abort atof atoi rand srand malloc calloc realloc free size_t NULL EOF
acos asin atan atan2 acosh asinh atanh cos sin tan cosh sinh tanh exp exp2 expm1 log log10 log1p
log2 logb ilogb pow sqrt cbrt hypot erf erfc tgamma lgamma gamma ceil floor nearbyint rint lrint
llrint round lround llround trunc fmod remainder remquo copysign nan nextafter nexttoward fdim fmax
fmin fma fabs ldexp frexp modf scalbn scalbln
j0 j1 jn y0 y1 yn signgam significand drem finite
isinf isnan isfinite isnormal signbit fpclassify isgreater isless isunordered NAN INFINITY HUGE_VAL
M_PI M_E memory random system qsort getenv unix linux"""
WORDS: Final[set[str]] = {*_KEYWORDS.split(), *_LIBRARY.split(), *HELPERS}
"""What a name in the text must not be."""

REWRITTEN: Final[dict[str, Any]] = {
    "sec": lambda x: 1 / sympy.cos(x),
    "csc": lambda x: 1 / sympy.sin(x),
    "cot": lambda x: 1 / sympy.tan(x),
    "coth": lambda x: 1 / sympy.tanh(x),
    "asec": lambda x: sympy.acos(1 / x),
    "acsc": lambda x: sympy.asin(1 / x),
    "acot": lambda x: sympy.atan(1 / x),
    "asech": lambda x: sympy.acosh(1 / x),
    "acsch": lambda x: sympy.asinh(1 / x),
    "acoth": lambda x: sympy.atanh(1 / x),
}
"""Functions that C lacks, by those that it has."""
