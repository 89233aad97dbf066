using FsCheck;
using FsCheck.Fluent;
using Muster.Configuration.Diagnostics;

namespace Muster.Expressions.Tests;

/// <summary>What expressions must never reach is refused at deployment (rolemodel.md 4.5 and 12.15; asks.md, last table).</summary>
public sealed class AllowListTests
{
    /// <summary>Ways to the file system, processes, reflection, other code, threads and unbounded resources.</summary>
    public static readonly string[] Escapes =
    [
        "return System.IO.File.ReadAllText(\"/etc/passwd\");",
        "return System.IO.Directory.GetFiles(\"/\")[0];",
        "return new System.IO.StreamReader(\"/etc/passwd\").ReadToEnd();",
        "return System.IO.Path.GetTempPath();",
        "return System.Environment.GetEnvironmentVariable(\"PATH\");",
        "return Environment.MachineName;",
        "Environment.Exit(1); return 1;",
        "System.Console.WriteLine(1); return 1;",
        "Console.WriteLine(1); return 1;",
        "return System.Diagnostics.Process.Start(\"sh\").Id;",
        "return new System.Net.Http.HttpClient().GetStringAsync(\"http://x\").Result;",
        "return user.GetType().Name;",
        "return \"\".GetType().Assembly.FullName;",
        "object o = 1; return o.GetType().FullName;",
        "return typeof(string).Name;",
        "return System.Type.GetType(\"System.IO.File\").Name;",
        "return System.Reflection.Assembly.GetExecutingAssembly().Location;",
        "return System.Activator.CreateInstance(\"mscorlib\", \"System.Object\");",
        "return System.AppDomain.CurrentDomain.BaseDirectory;",
        "return Type.GetTypeCode(null);",
        "dynamic d = user; return d.FirstName;",
        "dynamic d = \"\"; return d.GetType().Assembly.Location;",
        "unsafe { int* p = null; return *p; }",
        "System.Span<int> s = stackalloc int[4]; return s[0];",
        "return System.Threading.Tasks.Task.Run(() => 1).Result;",
        "new System.Threading.Thread(() => { }).Start(); return 1;",
        "System.Threading.Thread.Sleep(1000000); return 1;",
        "return await System.Threading.Tasks.Task.FromResult(1);",
        "lock (user) { return 1; }",
        "throw new Exception(\"x\");",
        "try { return 1; } catch { return 2; } finally { }",
        "using (var s = new System.IO.MemoryStream()) { return 1; }",
        "goto a; a: return 1;",
        "label: return 1;",
        "return System.Runtime.InteropServices.Marshal.SizeOf<int>();",
        "return System.Runtime.CompilerServices.Unsafe.As<object>(user);",
        "System.GC.Collect(); return 1;",
        "return System.Guid.NewGuid();",
        "return string.Intern(\"x\");",
        "return string.Create(1000000000, 0, (s, i) => { });",
        "return \"x\".AsSpan().Length;",
        "return System.Math.Abs(1);",
        "return TimeZoneInfo.Local.Id;",
        "return DateTime.Now.ToLocalTime();",
        "return DateTime.Parse(\"2020-01-01\");",
        "return System.Globalization.CultureInfo.CurrentCulture.Name;",
        "return new System.Globalization.CultureInfo(\"fr\").Name;",
        "return System.Text.Encoding.UTF8.GetBytes(\"x\");",
        "return new System.Text.StringBuilder().ToString();",
        "return new Random().GetHashCode();",
        "return Regex.CacheSize;",
        "Regex.CacheSize = 1; return 1;",
        "Regex.CompileToAssembly(null, null); return 1;",
        "return new Directory_User().FirstName;",
        "return new Directory_User { }.FirstName;",
        "user.FirstName = \"x\"; return 1;",
        "queryHandler = null; return 1;",
        "iteration = 5; return 1;",
        "int iteration = 5; return iteration;",
        "var logger = 1; return logger;",
        "logger.LogInformation(\"x\"); return 1;",
        "return user.ToString();",
        "return user.GetHashCode();",
        "return user.Equals(user);",
        "return \"x\" + user;",
        "return $\"{user}\";",
        "return $\"{user.Records}\";",
        "return string.Format(\"{0}\", user);",
        "return string.Join(\",\", user.Records);",
        "logger.LogDebug(\"{0}\", user); return 1;",
        "object o = user; return o.ToString();",
        "var l = new List<Directory_UserRecord>(); l.Add(user.Records.First()); return l.Count;",
        "return user.Records.SelectMany(r => r.Code).Count();",
        "return user.Records.ToDictionary(r => r.Code).Count;",
        "return user.Records.GroupBy(r => r.Code).Count();",
        "((List<Directory_UserRecord>)user.Records).Clear(); return 1;",
        "((Directory_UserRecord[])user.Records)[0] = null; return 1;",
        "Func<Directory_User, string> f = u => u.FirstName; return f(user);",
        "string F(Directory_User u) => u.FirstName; return F(user);",
        "return user.Records.Select(Convert.ToString).First();",
        "const string a = \"xxxxxxxx\"; const string b = a + a; return b;",
        "Action a = () => { }; a(); return 1;",
        "System.Linq.Expressions.Expression<Func<int>> e = () => 1; return e.Compile()();",
        "return new[] { 1 }.AsQueryable().Count();",
        "return new[] { 1 }.AsParallel().Count();",
        "var x = new { A = 1 }; return x.A;",
        "return new int[2, 2].Length;",
        "ref var x = ref user; return 1;",
        "return sizeof(int);",
        "return checked(1 + user.Age.Value);",
        "return default(System.IO.FileInfo);",
        "System.IO.FileInfo f = null; return 1;",
        "return (System.IO.Stream)null;",
        "return user is System.IO.Stream;",
        "return __makeref(user);",
        "return __arglist();",
        "return 1; } static int X() { return 2;",
        "return 1; } } } class Y { int Z() { return 1; } } namespace N { class C { void M() {",
        "return 1; /*",
        "return 1; #if true",
        "\n#line 1 \"x\"\nreturn 1;",
        "\n#r \"System.IO\"\nreturn 1;",
        "\n#pragma warning disable\nreturn 1;",
        "[System.Runtime.InteropServices.DllImport(\"c\")] static extern int getpid(); return getpid();",
        "static extern int getpid(); return getpid();",
        "async System.Threading.Tasks.Task F() { } return 1;",
        "IEnumerable<int> F() { while (true) yield return 1; } return F().First();",
        "T F<T>(T x) => x; return F(1);",
        "return \\u0053ystem.IO.File.ReadAllText(\"x\");",
        "return global::System.IO.File.ReadAllText(\"x\");",
        "return Muster.Surrogates.Entities.Body__.Run__(null, null, null, null, null, 0);",
        "return Body__.Run__(user, queryHandler, logger, assignment, provisioningOrder, 0);",
        "return Run__(user, queryHandler, logger, assignment, provisioningOrder, iteration);",
        "Func<string> f = System.Environment.GetCommandLineArgs().First; return f();",
        "Func<string, string> f = System.IO.File.ReadAllText; return f(\"x\");",
        "return new[] { \"/etc/passwd\" }.Select(System.IO.File.ReadAllText).First();",
        "return user is { FirstName: \"x\" };",
        "return new string[0].GetEnumerator();",
        "return \"abc\".GetEnumerator();",
        "return Convert.ChangeType(1, typeof(string));",
        "return Enum.Parse(null, \"x\");",
        "return ((IConvertible)1).GetTypeCode();",
        "return user.Records.Select(a => a.User.Records.Select(b => b.User.Records.Select(c => c.User.Records.Select(d => d.User.Records.Select(e => e.User.Records.Count(f => f.Rank > 1)))))).Count();",
    ];

    public static TheoryData<string> EscapeData => [.. Escapes];

    [Theory]
    [MemberData(nameof(EscapeData))]
    public void Escape_IsRefusedAtDeployment(string body) => Assert.StartsWith("MUS20", World.Refused(body).Code, StringComparison.Ordinal);

    [Fact]
    public void Call_OutsideTheList_NamesMethodClassAndNamespace()
    {
        var error = World.Refused("return System.IO.File.ReadAllText(\"x\");");
        Assert.Equal("MUS2032", error.Code);
        Assert.Contains("'ReadAllText' of class 'File' in namespace 'System.IO' is not authorized", error.Text);
        Assert.Equal(("roles.xml", 7), (error.Location.File, error.Location.Line));
    }

    [Fact]
    public void Error_HasCompilersCodeAndPlace()
    {
        var error = World.Refused("return user.Nickname;");
        Assert.Equal("MUS2030", error.Code);
        Assert.Contains("CS1061", error.Text);
        Assert.Equal(new SourceLocation("roles.xml", 7, 40 + "C#:user:return user.".Length), error.Location);
    }

    [Fact]
    public void Error_OnALaterLine_IsReportedThere()
    {
        Assert.Null(World.TryCompile("C#:user:\nvar a = 1;\nreturn nothing;", out var bag));
        Assert.Equal(new SourceLocation("roles.xml", 9, 8), bag.Items[0].Location);
    }

    [Theory]
    [InlineData("user.FirstName")]
    [InlineData("user.Records.Select(r => { return r.Code; });")]
    public void Body_WithoutReturn_IsAnError(string body) => Assert.Equal("MUS2031", World.Refused(body).Code);

    [Theory]
    [InlineData("return user;", ValueUse.Scalar)]
    [InlineData("return user.Records;", ValueUse.CorrelationKey)]
    [InlineData("return new List<string>();", ValueUse.Scalar)]
    [InlineData("return user.FirstName;", ValueUse.Resources)]
    [InlineData("return user.FirstName;", ValueUse.Boolean)]
    [InlineData("return \"x\";", ValueUse.Dictionary)]
    public void Result_OfTheWrongKind_IsAnErrorAtDeployment(string body, ValueUse use) => World.Refused(body, use);

    [Fact]
    public void MissingNullCheck_IsAWarning()
    {
        Assert.NotNull(World.TryCompile("C#:user:return user.Manager.FirstName;", out var bag));
        Assert.Equal("MUS2037", Assert.Single(bag.Items).Code);
    }

    /// <summary>Pieces of refused bodies in any order never throw, and never compile into something that reads the machine.</summary>
    [Fact]
    public void AnyMixture_NeverThrows()
    {
        var pieces = Escapes.SelectMany(e => e.Split(' ')).Concat(["{", "}", "(", ")", "=>", "return", ";", "user", "\"", "@", "$\"", "?.", "var x ="]).ToArray();
        Prop.ForAll(Gen.Elements(pieces).ArrayOf(12).ToArbitrary(), words =>
        {
            var value = World.TryCompile("C#:user:" + string.Join(' ', words) + " return 1;", out var bag);
            Assert.Equal(value is null, bag.HasErrors);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }
}
