"""The unified social credit code (统一社会信用代码) and its check digit.

GB 32100-2015, 法人和其他组织统一社会信用代码编码规则: 17 signs and a check sign, modulus 31, weights 3^(i-1).
"""

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def check_sign(first: str) -> str:
    """The 18th sign for the first 17.

    Raises:
        ValueError: a sign that no code has (I, O, S, V and Z are left out of the norm).
    """
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(first))
    return SIGNS[-total % 31]


def fault_of(code: str) -> str:
    """What is wrong with a code, in Chinese; empty if nothing is."""
    strange = [sign for sign in code if sign not in SIGNS]
    if len(code) != 18 or strange:
        what = f"有不该出现的字符“{strange[0]}”" if strange else f"有 {len(code)} 位"
        return f"统一社会信用代码应为 18 位数字和大写字母（不含 I、O、S、V、Z），这里{what}"
    expected = check_sign(code[:17])
    return "" if code[17] == expected else f"统一社会信用代码的校验位应为 {expected}，请核对是否写错"
