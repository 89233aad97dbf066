using System.Text;

namespace Muster.Expressions.Functions;

/// <summary>
/// The primary code of Lawrence Philips' Double Metaphone (rolemodel.md 4.4), at most four letters: names that sound alike in English
/// get the same one. Each method below treats one letter and returns how many it used up.
/// </summary>
internal sealed class DoubleMetaphone
{
    private const int MaxLength = 4;
    private readonly StringBuilder _code = new(MaxLength + 2);
    private readonly string _text;
    private readonly bool _isSlavoGermanic;

    private DoubleMetaphone(string text)
    {
        _text = text;
        _isSlavoGermanic = text.Contains('W', StringComparison.Ordinal) || text.Contains('K', StringComparison.Ordinal)
            || text.Contains("CZ", StringComparison.Ordinal) || text.Contains("WITZ", StringComparison.Ordinal);
    }

    public static string Primary(string text) => new DoubleMetaphone(Diacritics.Remove(text).Trim().ToUpperInvariant()).Encode();

    private string Encode()
    {
        var i = Is(0, "GN", "KN", "PN", "WR", "PS") ? 1 : 0;
        if (At(0) == 'X')
        {
            _code.Append('S');
            i = 1;
        }

        while (i < _text.Length && _code.Length < MaxLength)
        {
            i += Letter(i);
        }

        return _code.Length > MaxLength ? _code.ToString(0, MaxLength) : _code.ToString();
    }

    private int Letter(int i) => At(i) switch
    {
        'A' or 'E' or 'I' or 'O' or 'U' or 'Y' => i == 0 ? Add("A", 1) : 1,
        'B' => Add("P", At(i + 1) == 'B' ? 2 : 1),
        'C' => C(i),
        'D' => D(i),
        'F' => Add("F", At(i + 1) == 'F' ? 2 : 1),
        'G' => G(i),
        'H' => IsVowel(i + 1) && (i == 0 || IsVowel(i - 1)) ? Add("H", 2) : 1,
        'J' => J(i),
        'K' => Add("K", At(i + 1) == 'K' ? 2 : 1),
        'L' => Add("L", At(i + 1) == 'L' ? 2 : 1),
        'M' => Add("M", MuteAfterM(i) ? 2 : 1),
        'N' => Add("N", At(i + 1) == 'N' ? 2 : 1),
        'P' => At(i + 1) == 'H' ? Add("F", 2) : Add("P", At(i + 1) is 'P' or 'B' ? 2 : 1),
        'Q' => Add("K", At(i + 1) == 'Q' ? 2 : 1),
        'R' => R(i),
        'S' => S(i),
        'T' => T(i),
        'V' => Add("F", At(i + 1) == 'V' ? 2 : 1),
        'W' => W(i),
        'X' => X(i),
        'Z' => Z(i),
        _ => 1,
    };

    private int C(int i)
    {
        // "ACH" as in "Bacher", "Macher", but not before I, and E only in these.
        if (i > 1 && !IsVowel(i - 2) && Is(i - 1, "ACH") && At(i + 2) != 'I' && (At(i + 2) != 'E' || Is(i - 2, "BACHER", "MACHER")))
        {
            return Add("K", 2);
        }

        if (i == 0 && Is(0, "CAESAR"))
        {
            return Add("S", 2);
        }

        if (Is(i, "CHIA"))
        {
            return Add("K", 2);
        }

        if (Is(i, "CH"))
        {
            return Ch(i);
        }

        if (Is(i, "CZ") && !Is(i - 2, "WICZ"))
        {
            return Add("S", 2);
        }

        if (Is(i + 1, "CIA"))
        {
            return Add("X", 3);
        }

        if (Is(i, "CC") && !(i == 1 && At(0) == 'M'))
        {
            return DoubleC(i);
        }

        return SingleC(i);
    }

    private int SingleC(int i)
    {
        if (Is(i, "CK", "CG", "CQ"))
        {
            return Add("K", 2);
        }

        if (Is(i, "CI", "CE", "CY"))
        {
            return Add("S", 2);
        }

        _code.Append('K');
        if (Is(i + 1, " C", " Q", " G"))
        {
            return 3;
        }

        return At(i + 1) is 'C' or 'K' or 'Q' && !Is(i + 1, "CE", "CI") ? 2 : 1;
    }

    private int DoubleC(int i)
    {
        if (At(i + 2) is 'I' or 'E' or 'H' && !Is(i + 2, "HU"))
        {
            return (i == 1 && At(0) == 'A') || Is(i - 1, "UCCEE", "UCCES") ? Add("KS", 3) : Add("X", 3);
        }

        return Add("K", 2);
    }

    private int Ch(int i)
    {
        if (i > 0 && Is(i, "CHAE"))
        {
            return Add("K", 2);
        }

        var isGreek = i == 0 && (Is(1, "HARAC", "HARIS") || Is(1, "HOR", "HYM", "HIA", "HEM")) && !Is(0, "CHORE");
        var isGermanic = Is(0, "VAN ", "VON ", "SCH") || Is(i - 2, "ORCHES", "ARCHIT", "ORCHID") || At(i + 2) is 'T' or 'S'
            || ((i == 0 || At(i - 1) is 'A' or 'O' or 'U' or 'E') && (At(i + 2) is 'L' or 'R' or 'N' or 'M' or 'B' or 'H' or 'F' or 'V' or 'W' or ' ' or '\0'));
        if (isGreek || isGermanic)
        {
            return Add("K", 2);
        }

        return i > 0 && Is(0, "MC") ? Add("K", 2) : Add("X", 2);
    }

    private int D(int i)
    {
        if (Is(i, "DG"))
        {
            return At(i + 2) is 'I' or 'E' or 'Y' ? Add("J", 3) : Add("TK", 2);
        }

        return Add("T", Is(i, "DT", "DD") ? 2 : 1);
    }

    private int G(int i)
    {
        if (At(i + 1) == 'H')
        {
            return Gh(i);
        }

        if (At(i + 1) == 'N')
        {
            if (i == 1 && IsVowel(0) && !_isSlavoGermanic)
            {
                return Add("KN", 2);
            }

            return !Is(i + 2, "EY") && At(i + 1) != 'Y' && !_isSlavoGermanic ? Add("N", 2) : Add("KN", 2);
        }

        if (Is(i + 1, "LI") && !_isSlavoGermanic)
        {
            return Add("KL", 2);
        }

        return SoftG(i);
    }

    private int SoftG(int i)
    {
        if (i == 0 && (At(1) == 'Y' || Is(1, "ES", "EP", "EB", "EL", "EY", "IB", "IL", "IN", "IE", "EI", "ER")))
        {
            return Add("K", 2);
        }

        if ((Is(i + 1, "ER") || At(i + 1) == 'Y') && !Is(0, "DANGER", "RANGER", "MANGER") && At(i - 1) is not ('E' or 'I')
            && !Is(i - 1, "RGY", "OGY"))
        {
            return Add("K", 2);
        }

        if (At(i + 1) is 'E' or 'I' or 'Y' || Is(i - 1, "AGGI", "OGGI"))
        {
            return Is(0, "VAN ", "VON ", "SCH") || Is(i + 1, "ET") ? Add("K", 2) : Add("J", 2);
        }

        return Add("K", At(i + 1) == 'G' ? 2 : 1);
    }

    private int Gh(int i)
    {
        if (i > 0 && !IsVowel(i - 1))
        {
            return Add("K", 2);
        }

        if (i == 0)
        {
            return Add(At(2) == 'I' ? "J" : "K", 2);
        }

        // Parker's rule, with refinements: "Hugh", "bough", "broughton".
        if ((i > 1 && At(i - 2) is 'B' or 'H' or 'D') || (i > 2 && At(i - 3) is 'B' or 'H' or 'D') || (i > 3 && At(i - 4) is 'B' or 'H'))
        {
            return 2;
        }

        if (i > 2 && At(i - 1) == 'U' && At(i - 3) is 'C' or 'G' or 'L' or 'R' or 'T')
        {
            return Add("F", 2);
        }

        return At(i - 1) != 'I' ? Add("K", 2) : 2;
    }

    private int J(int i)
    {
        if (Is(i, "JOSE") || Is(0, "SAN "))
        {
            return (i == 0 && At(4) is ' ' or '\0') || Is(0, "SAN ") ? Add("H", 1) : Add("J", 1);
        }

        var used = At(i + 1) == 'J' ? 2 : 1;
        if (i == 0)
        {
            return Add("J", used);
        }

        if (IsVowel(i - 1) && !_isSlavoGermanic && At(i + 1) is 'A' or 'O')
        {
            return Add("J", used);
        }

        if (i == _text.Length - 1)
        {
            return Add("J", used);
        }

        return At(i + 1) is 'L' or 'T' or 'K' or 'S' or 'N' or 'M' or 'B' or 'Z' || At(i - 1) is 'S' or 'K' or 'L' ? used : Add("J", used);
    }

    private bool MuteAfterM(int i) =>
        At(i + 1) == 'M' || (Is(i - 1, "UMB") && (i + 1 == _text.Length - 1 || Is(i + 2, "ER")));

    private int R(int i)
    {
        var used = At(i + 1) == 'R' ? 2 : 1;
        var isFrench = i == _text.Length - 1 && !_isSlavoGermanic && Is(i - 2, "IE") && !Is(i - 4, "ME", "MA");
        return isFrench ? used : Add("R", used);
    }

    private int S(int i)
    {
        if (Is(i - 1, "ISL", "YSL"))
        {
            return 1;
        }

        if (i == 0 && Is(0, "SUGAR"))
        {
            return Add("X", 1);
        }

        if (Is(i, "SH"))
        {
            return Is(i + 1, "HEIM", "HOEK", "HOLM", "HOLZ") ? Add("S", 2) : Add("X", 2);
        }

        if (Is(i, "SIO", "SIA"))
        {
            return Add(_isSlavoGermanic ? "S" : "X", 3);
        }

        if ((i == 0 && At(1) is 'M' or 'N' or 'L' or 'W') || At(i + 1) == 'Z')
        {
            return Add("S", At(i + 1) == 'Z' ? 2 : 1);
        }

        if (Is(i, "SC"))
        {
            return Sc(i);
        }

        var isFrench = i == _text.Length - 1 && Is(i - 2, "AI", "OI");
        var used = At(i + 1) is 'S' or 'Z' ? 2 : 1;
        return isFrench ? used : Add("S", used);
    }

    private int Sc(int i)
    {
        if (At(i + 2) == 'H')
        {
            if (Is(i + 3, "OO", "ER", "EN", "UY", "ED", "EM"))
            {
                return Is(i + 3, "ER", "EN") ? Add("X", 3) : Add("SK", 3);
            }

            return Add("X", 3);
        }

        return At(i + 2) is 'I' or 'E' or 'Y' ? Add("S", 3) : Add("SK", 3);
    }

    private int T(int i)
    {
        if (Is(i, "TION", "TIA", "TCH"))
        {
            return Add("X", 3);
        }

        if (Is(i, "TH", "TTH"))
        {
            return Is(i + 2, "OM", "AM") || Is(0, "VAN ", "VON ", "SCH") ? Add("T", 2) : Add("0", 2);
        }

        return Add("T", At(i + 1) is 'T' or 'D' ? 2 : 1);
    }

    private int W(int i)
    {
        if (Is(i, "WR"))
        {
            return Add("R", 2);
        }

        if (i == 0 && (IsVowel(1) || Is(0, "WH")))
        {
            return Add("A", 1);
        }

        // "Arnow" and "Filipowicz" differ only in the secondary code.
        return Is(i, "WICZ", "WITZ") ? Add("TS", 4) : 1;
    }

    private int X(int i)
    {
        var used = At(i + 1) is 'C' or 'X' ? 2 : 1;
        var isFrench = i == _text.Length - 1 && (Is(i - 3, "IAU", "EAU") || Is(i - 2, "AU", "OU"));
        return isFrench ? used : Add("KS", used);
    }

    private int Z(int i)
    {
        if (At(i + 1) == 'H')
        {
            return Add("J", 2);
        }

        return Add("S", At(i + 1) == 'Z' ? 2 : 1);
    }

    private int Add(string code, int used)
    {
        _code.Append(code);
        return used;
    }

    private char At(int i) => i >= 0 && i < _text.Length ? _text[i] : '\0';

    private bool IsVowel(int i) => At(i) is 'A' or 'E' or 'I' or 'O' or 'U' or 'Y';

    private bool Is(int start, params ReadOnlySpan<string> candidates)
    {
        if (start < 0 || start >= _text.Length)
        {
            return false;
        }

        foreach (var candidate in candidates)
        {
            if (string.CompareOrdinal(_text, start, candidate, 0, candidate.Length) == 0)
            {
                return true;
            }
        }

        return false;
    }
}
