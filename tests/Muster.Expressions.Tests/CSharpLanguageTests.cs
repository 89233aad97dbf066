using Muster.Configuration.Model;

namespace Muster.Expressions.Tests;

/// <summary>The C# that identity engineers write: what it gives (rolemodel.md 4.5).</summary>
public sealed class CSharpLanguageTests
{
    [Theory]
    [InlineData("return user.FirstName;", "Ada")]
    [InlineData("return user.FirstName + \".\" + user.LastName;", "Ada.Lovelace")]
    [InlineData("return (user.FirstName + user.LastName).Simplify();", "ADALOVELACE")]
    [InlineData("return $\"{user.FirstName} {user.Age} {user.Score:0.00} [{user.Login,12}]\";", "Ada 36 1.50 [   alovelace]")]
    [InlineData("var x = user.LastName; if (x == null) { return null; } else { return x.ToUpper(); }", "LOVELACE")]
    [InlineData("return user.Age > 30 ? \"old\" : \"young\";", "old")]
    [InlineData("return user.EndDate == null ? \"none\" : \"some\";", "none")]
    [InlineData("return user.Age + 1;", "37")]
    [InlineData("return user.Age.HasValue ? user.Age.Value * 2 : 0;", "72")]
    [InlineData("return user.Age.GetValueOrDefault() % 5;", "1")]
    [InlineData("return user.IsActive == true && user.Age >= 18;", "true")]
    [InlineData("return user.Organization?.Parent?.Code;", "ACME")]
    [InlineData("return user.Manager?.FirstName ?? \"nobody\";", "nobody")]
    [InlineData("return user.Manager?.Age;", null)]
    [InlineData("return user.Manager?.FirstName.Substring(0, 1).ToLower();", null)]
    [InlineData("return user.Title.Title;", "Countess")]
    [InlineData("return user.Organization is null ? 1 : 2;", "2")]
    [InlineData("return user.Manager is not null ? 1 : 2;", "2")]
    [InlineData("return user.Organization.Parent is { } p ? p.Code : \"\";", "ACME")]
    [InlineData("switch (user.LastName) { case \"Byron\": return 1; case \"Lovelace\": case \"King\": return 2; default: return 3; }", "2")]
    [InlineData("switch (user.Age) { case 36: { var y = 4; return y; } } return 0;", "4")]
    [InlineData("return user.Age switch { null => \"?\", < 18 => \"minor\", >= 18 and < 65 => \"adult\", _ => \"senior\" };", "adult")]
    [InlineData("return user.FirstName switch { \"Ada\" when user.Age > 40 => 1, \"Ada\" or \"Eve\" => 2, _ => 3 };", "2")]
    [InlineData("var s = \"\"; for (int i = 0; i < 3; i++) { s += i; } return s;", "012")]
    [InlineData("var s = \"\"; foreach (var c in user.FirstName) { if (c == 'd') continue; s = c + s; } return s;", "aA")]
    [InlineData("int n = 0; while (true) { n++; if (n == 7) break; } return n;", "7")]
    [InlineData("int n = 0; do { n += 2; } while (n < 5); return n;", "6")]
    [InlineData("return user.FirstName[0];", "A")]
    [InlineData("var a = new[] { \"x\", \"y\" }; a[1] += \"z\"; return a[0] + a[1] + a.Length;", "xyz2")]
    [InlineData("var a = new int[3]; a[0]++; a[0]++; a[2] = a[0]-- + 5; return string.Join(\"-\", a);", "1-0-7")]
    [InlineData("var d = new Dictionary<string,string> { { \"a\", \"1\" }, { \"b\", \"2\" } }; d[\"c\"] = d[\"a\"] + d[\"b\"]; return d[\"c\"] + d.Count;", "123")]
    [InlineData("var d = new Dictionary<string,string>(StringComparer.OrdinalIgnoreCase) { [\"A\"] = \"1\" }; return d.TryGetValue(\"a\", out var v) ? v : \"\";", "1")]
    [InlineData("var l = new List<string>(); l.Add(\"b\"); l.Add(\"a\"); l.Sort(); return string.Join(\",\", l);", "a,b")]
    [InlineData("var l = new List<string> { \"b\", \"a\" }; return l.Contains(\"a\") && l.IndexOf(\"a\") == 1;", "true")]
    [InlineData("var t = (user.FirstName, n: 2); return t.FirstName + t.n;", "Ada2")]
    [InlineData("var (a, b) = (1, \"x\"); return b + a;", "x1")]
    [InlineData("return user.Records.Where(r => r.Site.Label == \"London\").Select(r => r.Code).FirstOrDefault();", "A1")]
    [InlineData("return string.Join(\",\", user.Records.OrderBy(r => r.Code).Select(r => r.Code));", "A1,B2")]
    [InlineData("return string.Join(\",\", user.Records.OrderByDescending(r => r.Rank).ThenBy(r => r.Code).Select(r => r.Code).ToList());", "B2,A1")]
    [InlineData("return user.Records.Count() + user.Records.Count(r => r.Rank > 1);", "3")]
    [InlineData("return user.Records.Max(r => r.Rank);", "2")]
    [InlineData("return user.Records.Min(r => r.Code);", "A1")]
    [InlineData("return user.Records.Any(r => r.Code.StartsWith(\"B\")) && !user.Records.All(r => r.Code == \"B2\");", "true")]
    [InlineData("var r = user.Records.First(); return r.Id;", "11")]
    [InlineData("return user.Records.Contains(user.Records.Last());", "true")]
    [InlineData("return user.Organization == user.Organization.Parent;", "false")]
    [InlineData("return new[] { 3, 1, 2 }.Sum();", "6")]
    [InlineData("return string.Join(\" \", user.LastName.Split('e').Where(p => p.Length > 1).Select((p, i) => i + p));", "0Lov 1lac")]
    [InlineData("return string.Concat(user.LastName.Where(char.IsUpper));", "L")]
    [InlineData("return user.LastName.All(char.IsLetter);", "true")]
    [InlineData("return \"a b c\".Split(' ').Aggregate((x, y) => x + \"+\" + y);", "a+b+c")]
    [InlineData("return Enumerable.Range(1, 4).Select(i => i * i).Where(i => i % 2 == 0).Sum();", "20")]
    [InlineData("return Enumerable.Range(1, int.MaxValue).First(i => i * i > 50);", "8")]
    [InlineData("return \"a,b;a\".Split(',', ';').GroupBy(x => x).Select(g => g.Key + g.Count()).Last();", "b1")]
    [InlineData("Func<string, string> f = s => s.Trim() + \"!\"; return f(\" x \");", "x!")]
    [InlineData("string Twice(string s) { return s + s; } return Twice(Twice(\"ab\"));", "abababab")]
    [InlineData("int Factorial(int n) => n <= 1 ? 1 : n * Factorial(n - 1); return Factorial(5);", "120")]
    [InlineData("return Convert.ToInt32(\"42\") + int.Parse(\"1\");", "43")]
    [InlineData("return int.TryParse(user.FirstName, out var n) ? n : -1;", "-1")]
    [InlineData("return int.TryParse(\"5\", out _);", "true")]
    [InlineData("return Convert.ToString(255, 16);", "ff")]
    [InlineData("return Char.IsDigit('4') && char.IsUpper(user.FirstName[0]);", "true")]
    [InlineData("return char.ToUpperInvariant('x');", "X")]
    [InlineData("return string.Format(\"{0:D3}|{1,4}|{2}|{{}}\", 7, \"ab\", user.FirstName);", "007|  ab|Ada|{}")]
    [InlineData("return string.IsNullOrEmpty(user.Login) ? \"\" : user.Login.PadLeft(11, '.').PadRight(12, '#');", "..alovelace#")]
    [InlineData("return \"x\".Equals(\"X\", StringComparison.OrdinalIgnoreCase);", "true")]
    [InlineData("return user.Login.Replace(\"love\", \"\").Insert(1, \"-\").Remove(0, 1).Contains('-');", "true")]
    [InlineData("return Regex.Replace(user.LastName, \"[aeiou]\", \"_\");", "L_v_l_c_")]
    [InlineData("return Regex.Replace(\"a1b2\", @\"([a-z])(\\d)\", \"$2$1\");", "1a2b")]
    [InlineData("return Regex.Replace(\"a1b2\", @\"\\d\", m => (int.Parse(m.Value) + 1).ToString());", "a2b3")]
    [InlineData("var m = Regex.Match(user.Login, @\"^(?<i>.)(.*)$\"); return m.Success ? m.Groups[\"i\"].Value + m.Groups.Count : \"\";", "a3")]
    [InlineData("var r = new Regex(\"l\", RegexOptions.IgnoreCase); var s = \"\"; foreach (Match m in r.Matches(\"LxL\")) { s += m.Index; } return s;", "02")]
    [InlineData("return System.Text.RegularExpressions.Regex.IsMatch(user.Login, \"^[a-z]+$\");", "true")]
    [InlineData("return UtilExpressions.BuildUsername(user.FirstName, user.LastName, \".\", \"@acme.com\", iteration);", "ada.lovelace@acme.com")]
    [InlineData("return Usercube.Expressions.Functions.UtilExpressions.BuildUsernameWithInitials(user.FirstName, user.LastName, \"\", null, 8, 0);", "alovelac")]
    [InlineData("logger.LogDebug(\"{0}\", user.FirstName); return 1;", "1")]
    [InlineData("var x = 1; { var y = x; x += y; } /* comment */ return x; // end", "2")]
    [InlineData("int? n = null; n ??= 5; n += 1; return n;", "6")]
    [InlineData("string s = null; return s ?? user.Login ?? \"\";", "alovelace")]
    [InlineData("bool? b = user.IsActive; return b ?? false;", "true")]
    [InlineData("return (long)user.Age.Value + user.Number;", "9000000036")]
    [InlineData("return 7 / 2 + 7.0 / 2;", "6.5")]
    [InlineData("return 'a' + 1;", "98")]
    [InlineData("return (char)('a' + 1);", "b")]
    [InlineData("return !(1 > 2) ^ false;", "true")]
    [InlineData("return default(string);", null)]
    [InlineData("object o = user.Age; return o is int i ? i : 0;", "36")]
    [InlineData("return nameof(user.FirstName);", "FirstName")]
    public void Body_GivesValue(string body, string? expected) => Assert.Equal(expected, World.Value(body));

    [Theory]
    [InlineData("return DateTime.Now;", "20260504103000")]
    [InlineData("return DateTime.UtcNow.AddDays(1);", "20260505103000")]
    [InlineData("return DateTime.Today;", "20260504000000")]
    [InlineData("return user.StartDate.Value.AddMonths(1);", "20260201000000")]
    [InlineData("return user.StartDate <= DateTime.Now && (user.EndDate == null || user.EndDate > DateTime.Now);", "true")]
    [InlineData("return (DateTime.Now - user.StartDate.Value).Days;", "123")]
    [InlineData("return user.StartDate?.ToString(\"yyyy-MM-dd\");", "2026-01-01")]
    [InlineData("return new DateTime(2079, 6, 6);", "20790606000000")]
    [InlineData("return user.StartDate.Value.ToSince1601DateString();", "134116992000000000")]
    [InlineData("return user.EndDate.ToSince1601DateString();", null)]
    [InlineData("return \"31/12/2025\".ParseLocalDate(\"Romance Standard Time\", \"dd/MM/yyyy\");", "20251230230000")]
    [InlineData("return user.StartDate.Value.Year + DateTime.DaysInMonth(2024, 2);", "2055")]
    [InlineData("return (int)user.StartDate.Value.DayOfWeek;", "4")]
    public void Dates_GiveValue(string body, string? expected) => Assert.Equal(expected, World.Value(body));

    [Theory]
    [InlineData("c#:user:return user.FirstName;", "Ada")]
    [InlineData("C#:return \"x\";", "x")]
    [InlineData("C# : user : return user.FirstName;", null)]
    [InlineData("C#:user:\n  var x = user.FirstName;\n  return x;", "Ada")]
    [InlineData("  C#: person :\r\n return person.LastName;", "Lovelace")]
    public void Prefix_ToleratesWhatExamplesDo(string expression, string? expected)
    {
        var value = World.TryCompile(expression, out _);
        Assert.Equal(expected, value?.Evaluate(World.Ada(), World.Context).Value);
    }

    [Fact]
    public void BindingWithExpression_GivesTheBindingsValue()
    {
        Assert.Equal("R&D!", World.Compile("C#:code:return code + \"!\";", "Organization.Code").Evaluate(World.Ada(), World.Context).Value);
        Assert.Equal("37", World.Compile("C#:age:return age + 1;", "Age").Evaluate(World.Ada(), World.Context).Value);
        Assert.Equal("ACME", World.Compile("C#:o:return o.Parent.Code;", "Organization").Evaluate(World.Ada(), World.Context).Value);
        Assert.Equal("2", World.Compile("C#:all:return all.Count();", "Records").Evaluate(World.Ada(), World.Context).Value);
    }

    [Fact]
    public void Boolean_GivesFlag()
    {
        Assert.True(World.Compile("C#:user:return user.IsActive;", use: ValueUse.Boolean).Evaluate(World.Ada(), World.Context).Flag);
        Assert.False(World.Compile("C#:user:return user.Manager?.IsActive;", use: ValueUse.Boolean).Evaluate(World.Ada(), World.Context).Flag);
        Assert.True(World.Compile("C#:user:return user.Age > 3;", use: ValueUse.Boolean).Evaluate(World.Ada(), World.Context).Flag);
    }

    [Theory]
    [InlineData("return user.Organization;", "21")]
    [InlineData("return user.Records.Where(r => r.Rank == 1);", "12")]
    [InlineData("return user.Records.ToList();", "11 12")]
    [InlineData("return user.Manager;", "")]
    [InlineData("return user.Age > 3 ? user.Organization.Parent : null;", "20")]
    [InlineData("return null;", "")]
    public void Resources_AreGiven(string body, string ids)
    {
        var result = World.Compile("C#:user:" + body, use: ValueUse.Resources).Evaluate(World.Ada(), World.Context);
        Assert.Null(result.Error);
        Assert.Equal(ids, string.Join(' ', result.Resources.Select(r => r.Id)));
    }

    [Theory]
    [InlineData("return \"12\";", PropertyType.Int32, "12")]
    [InlineData("return \"True\";", PropertyType.Bool, "true")]
    [InlineData("return \"2026-01-02\";", PropertyType.DateTime, "20260102000000")]
    [InlineData("return 5;", PropertyType.Double, "5")]
    [InlineData("return user.Organization.Id;", PropertyType.Int64, "21")]
    [InlineData("return user.Key.ToString();", PropertyType.Guid, "0f8fad5bd9cb469fa16570867728950e")]
    [InlineData("return \"\";", PropertyType.Int32, null)]
    public void Result_IsConvertedToThePropertysType(string body, PropertyType type, string? expected)
    {
        var result = World.Run(body, type: type);
        Assert.Null(result.Error);
        Assert.Equal(expected, result.Value);
    }

    [Fact]
    public void Result_OfAnotherType_IsAnError() => Assert.Contains("Int32", World.Run("return \"many\";", type: PropertyType.Int32).Error);

    [Theory]
    [InlineData("return user.Manager.FirstName;", "FirstName")]
    [InlineData("string s = null; return s.Length;", "Length")]
    [InlineData("return user.EndDate.Value;", "Value")]
    [InlineData("return user.FirstName[10];", "range")]
    [InlineData("return 1 / (user.Age.Value - 36);", "zero")]
    [InlineData("return int.Parse(user.FirstName);", "form")]
    [InlineData("return user.Records.Single().Code;", "sequence")]
    [InlineData("return new Dictionary<string,string>()[\"x\"];", "key")]
    [InlineData("return user.Age switch { 1 => 2 };", "arm")]
    public void Fault_IsAnErrorResult(string body, string part) => Assert.Contains(part, World.Run(body).Error);
}
