using Muster.Configuration.Model;
using Muster.Expressions.Resources;

namespace Muster.Expressions.Tests;

/// <summary>What expressions are found to read (architecture.md, dependencies between computations).</summary>
public sealed class ReadsTests
{
    [Theory]
    [InlineData("return user.FirstName;", "FirstName")]
    [InlineData("return user.Records.Where(r => r.Site.Label == \"x\").Select(r => r.Code).First();", "Records Records.Code Records.Site Records.Site.Label")]
    [InlineData("var o = user.Organization; if (user.Age > 3) { o = user.Organization.Parent; } return o.Code;",
        "Age Organization Organization.Code Organization.Parent Organization.Parent.Code")]
    [InlineData("return user.Organization?.Parent?.Code;", "Organization Organization.Parent Organization.Parent.Code")]
    [InlineData("foreach (var r in user.Records) { if (r.Rank == 1) return r.Code; } return null;", "Records Records.Code Records.Rank")]
    [InlineData("var l = user.Records.OrderBy(r => r.Rank).ToList(); return l[0].Site.Label;", "Records Records.Rank Records.Site Records.Site.Label")]
    [InlineData("return user.Records.Select(r => r.Site).First().Label;", "Records Records.Site Records.Site.Label")]
    [InlineData("var t = (user.Manager, user.Organization); return t.Organization.Code + t.Manager.Login;", "Manager Manager.Login Organization Organization.Code")]
    [InlineData("return user.Manager is { } m ? m.Login : user.Login;", "Login Manager Manager.Login")]
    [InlineData("var a = user.Records.ToArray(); a[0] = user.Manager.Records.First(); return a[0].Code;",
        "Manager Manager.Records Manager.Records.Code Records Records.Code")]
    [InlineData("return 1;", "")]
    public void Body_Reads(string body, string expected)
    {
        var reads = World.Compile("C#:user:" + body).Reads;
        Assert.Equal(expected, string.Join(' ', reads.Paths.Select(p => p.ToString().Split(':')[1]).Order(StringComparer.Ordinal)));
        Assert.True(reads.IsExact);
    }

    [Fact]
    public void Binding_Reads()
    {
        Assert.Equal("Directory_User:Organization.Parent.Code", Assert.Single(World.Compile(null, "Organization.Parent.Code").Reads.Paths).ToString());
        var paths = World.Compile("C#:o:return o.Parent.Code;", "Organization").Reads.Paths.Select(p => p.ToString());
        Assert.Equal(["Directory_User:Organization", "Directory_User:Organization.Parent", "Directory_User:Organization.Parent.Code"], paths.Order());
    }

    [Fact]
    public void Clock_IsReported()
    {
        Assert.True(World.Compile("C#:user:return user.EndDate < DateTime.Now;").Reads.ReadsClock);
        Assert.False(World.Compile("C#:user:return user.EndDate == null;").Reads.ReadsClock);
    }

    [Fact]
    public void Climbing_EnumeratesTheEntityType()
    {
        var reads = World.Compile("C#:user:var o = user.Organization; while (o.Parent != null) { o = o.Parent; } return o.Code;").Reads;
        Assert.Equal([World.Organization], reads.EnumeratedEntityTypes);
        Assert.Equal("ACME", World.Value("var o = user.Organization; while (o.Parent != null) { o = o.Parent; } return o.Code;"));
    }

    [Theory]
    [InlineData("Login = \"byron\"", "2")]
    [InlineData("Login='BYRON' Or Age > 30", "1 2")]
    [InlineData("Age >= 30 And Login != 'alovelace'", "")]
    [InlineData("Login StartWith 'al' And Login EndWith 'ce' And Login Contain 'love'", "1")]
    [InlineData("Organization.Parent.Code = 'acme'", "1")]
    [InlineData("Records.Code = 'A1'", "1")]
    [InlineData("Not (IsActive = true)", "2")]
    [InlineData("EndDate = null", "1 2")]
    public void QueryHandler_Selects(string condition, string expected)
    {
        var text = $"C#:user:return string.Join(\" \", queryHandler.Select<Directory_User>(\"Select Id, Login Where {condition.Replace("\"", "\\\"", StringComparison.Ordinal)}\").Select(u => u.Id));";
        Assert.NotNull(World.TryCompile(text, out var bag));
        Assert.Equal("MUS2040", Assert.Single(bag.Items).Code);
        var value = World.Compile(text);
        var result = value.Evaluate(World.Ada(), World.Context with { Query = new People() });
        Assert.Null(result.Error);
        Assert.Equal(expected, result.Value ?? "");
        Assert.Contains(World.User, value.Reads.EnumeratedEntityTypes);
    }

    [Fact]
    public void Query_ReportsTheEntityTypesOfItsPaths()
    {
        var reads = World.Compile("C#:user:return queryHandler.Select<Directory_User>(\"Select Id Where Records.Site.Label='x'\").Count();").Reads;
        Assert.Equal(["Directory_Site", "Directory_User", "Directory_UserRecord"], reads.EnumeratedEntityTypes.Select(t => t.Identifier).Order());
    }

    [Fact]
    public void MalformedQuery_IsAnErrorResult() =>
        Assert.Contains("queryHandler.Select", World.Run(
            "return queryHandler.Select<Directory_User>(\"Select Id Where Nothing = 1\").Count();", context: World.Context with { Query = new People() }).Error);

    private sealed class People : IResourceQuery
    {
        public IReadOnlyList<IResource> All(EntityType entityType) => [World.Ada(), new TestResource(2, World.User).With("Login", "byron").With("Age", "20")];
    }
}
