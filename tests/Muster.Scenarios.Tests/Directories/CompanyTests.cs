namespace Muster.Scenarios.Tests.Directories;

/// <summary>
/// Shows 1 and 2 of issue 5: from HR to a real directory and back, by the whole incremental job. What Muster wrote is read back with <c>ldapsearch</c> and
/// compared value by value; the next run reads it back itself, and then there is nothing left to do.
/// </summary>
public sealed class CompanyTests
{
    [Theory]
    [InlineData(DirectoryKind.ActiveDirectory)]
    [InlineData(DirectoryKind.OpenLdap)]
    public async Task PeopleComeMoveMarryLeave_AndTheDirectoryFollows(DirectoryKind kind)
    {
        using var world = new CompanyWorld(kind);
        var ada = new Employee(world.LoginOf("ada"), "Ada", "Lovelace", "D1");
        var odd = new Employee(world.LoginOf("odd"), "the \"first\" <x>; a+b=c \\ d", "#O'Brien", "D2");
        var zoe = new Employee(world.LoginOf("zoe"), "Zoë 漢字", "Müller-Łukasz", "D2");
        var bob = new Employee(world.LoginOf("bob"), "Bob", "Boole", "D1");
        var space = new Employee(world.LoginOf("spc"), "Behind ", " Before", "D2");
        List<Employee> staff = [ada, odd, zoe, bob, space];
        world.Staff(staff);
        await world.JobAsync("Initial");
        await SettleAsync(world);
        AssertDirectory(world, kind, staff, []);
        foreach (var person in staff)
        {
            var password = await world.PasswordAsync(person.Login);
            Assert.True(world.SignsIn(world.Accounts()[person.Name].Dn, password), person.Name);
        }

        // The next day: one joins, one moves, one marries, one leaves; the identifiers stay.
        var ids = world.Accounts();
        world.At = "2026-03-02T00:00:00Z";
        var married = ada with { LastName = "King, Countess" };
        var moved = zoe with { Department = "D1" };
        var left = bob with { End = "2026-03-01" };
        var joined = new Employee(world.LoginOf("joe"), "Joe", "Joiner", "D2", "2026-03-02");
        world.Staff([married, odd, space, moved, left, joined]);
        await world.JobAsync("Incremental");
        await SettleAsync(world);
        AssertDirectory(world, kind, [married, odd, space, moved, joined], [left]);
        Assert.Equal(IdOf(ids[ada.Name], kind), IdOf(world.Accounts()[married.Name], kind));
        Assert.Equal(IdOf(ids[zoe.Name], kind), IdOf(world.Accounts()[moved.Name], kind));
        Assert.True(world.SignsIn(world.Accounts()[joined.Name].Dn, await world.PasswordAsync(joined.Login)));

        // Thirty days after the last day the account goes, and nothing else; somebody who is gone from HR goes at once.
        world.At = "2026-03-30T00:00:00Z";
        await world.JobAsync("Incremental");
        AssertDirectory(world, kind, [married, odd, space, moved, joined], [left]);
        world.At = "2026-04-02T00:00:00Z";
        world.Staff([married, odd, space, moved, left]);
        await world.JobAsync("Incremental");
        await SettleAsync(world);
        AssertDirectory(world, kind, [married, odd, space, moved], []);
        Assert.Equal(0, (await world.RunAsync("repository", "verify")).Code);
    }

    [Fact]
    public async Task Check_SaysWhichRightsAreMissing()
    {
        using var world = new CompanyWorld(DirectoryKind.ActiveDirectory);
        var ada = new Employee(world.LoginOf("rights"), "Ada", "Lovelace", "D1");
        world.Staff([ada]);
        await world.JobAsync("Initial");
        var good = await world.RunAsync("connector", "check", "dir");
        Assert.True(good.Code == 0, good.Out);
        Assert.Contains("may create entries of the class 'user' (resource type 'Account') in 5 of 5 units", good.Out, StringComparison.Ordinal);

        // Somebody who may only read, on a connection that is not encrypted.
        var poor = await world.RunAsync(
            new Dictionary<string, string>
            {
                ["Connections__dir__Login"] = world.Accounts()[ada.Name].Dn,
                ["Connections__dir__Password"] = await world.PasswordAsync(ada.Login),
                ["Connections__dir__EnableSSL"] = "false",
            },
            "connector",
            "check",
            "dir");
        Assert.Equal(1, poor.Code);
        Assert.Contains("DirSync is refused", poor.Out, StringComparison.Ordinal);
        Assert.Contains("get passwords, which need an encrypted connection", poor.Out, StringComparison.Ordinal);
        Assert.Contains("may create no entries of the class 'user'", poor.Out, StringComparison.Ordinal);
        Assert.Matches("may not write 'sAMAccountName'.* of 'CN=Lovelace", poor.Out);
        Assert.Matches("may not write 'member' of 'CN=[A-Z][a-z]+,OU=Groups", poor.Out);
    }

    /// <summary>The next run reads back what was written, which verifies it; the one after has nothing to do.</summary>
    private static async Task SettleAsync(CompanyWorld world)
    {
        // Members follow renamed people in the background of slapd.
        world.Machine.Settle();
        var back = await world.JobAsync("Incremental");
        Assert.Equal(0, back.Count("Incremental_Fulfill", "ordersExecuted"));
        Assert.All(await world.StatesAsync(), s => Assert.EndsWith(" Verified", s, StringComparison.Ordinal));
        var idle = await world.JobAsync("Incremental");
        Assert.Equal(0, idle.RowsWritten);
        Assert.Equal(0, idle.Count("Incremental_Fulfill", "ordersExecuted"));
    }

    private static void AssertDirectory(CompanyWorld world, DirectoryKind kind, IReadOnlyList<Employee> present, IReadOnlyList<Employee> left)
    {
        var (login, state, active, gone) = kind == DirectoryKind.OpenLdap ? ("uid", "employeeType", "active", "gone") : ("sAMAccountName", "userAccountControl", "512", "514");
        var found = world.Accounts();
        Assert.Equal(present.Concat(left).Select(p => p.Name).Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        foreach (var person in present.Concat(left))
        {
            var entry = found[person.Name];
            Assert.EndsWith($",ou={(left.Contains(person) ? "Gone" : person.Department)},{world.Unit}", entry.Dn, StringComparison.OrdinalIgnoreCase);
            Assert.Equal([person.LastName], entry.All("sn"));
            Assert.Equal([person.FirstName], entry.All("givenName"));
            Assert.Equal([person.Login], entry.All(login));
            Assert.Equal([$"{person.Login}@company.test"], entry.All("mail"));
            Assert.Equal([left.Contains(person) ? gone : active], entry.All(state));
        }

        AssertMembers("All", _ => true);
        AssertMembers("One", p => p.Department == "D1");
        AssertMembers("Two", p => p.Department == "D2");

        void AssertMembers(string group, Func<Employee, bool> isMember) => Assert.Equal(
            present.Where(isMember).Select(p => found[p.Name].Dn.ToUpperInvariant()).Order(StringComparer.Ordinal),
            world.Members(group).Select(m => m.ToUpperInvariant()).Order(StringComparer.Ordinal));
    }

    private static string IdOf(Entry entry, DirectoryKind kind) => kind == DirectoryKind.OpenLdap ? entry.One("uid") : entry.One("objectGUID");
}
