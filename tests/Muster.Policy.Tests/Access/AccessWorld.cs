using Muster.Configuration.Jobs;
using Muster.Policy.Access;
using Muster.Repository.Assignments;

namespace Muster.Policy.Tests.Access;

/// <summary>
/// People of a tree of departments, and the profiles that tests give them: 001 and 002 in Sales, 003 in Sales-East below it, 004 in IT. 001 is the
/// user who asks.
/// </summary>
internal sealed class AccessWorld : IDisposable
{
    public const string View = "/Custom/Resources/Person/View";
    private readonly PolicyWorld _world;

    public AccessWorld(string access)
    {
        _world = new PolicyWorld(Given.Accounts(more: $"""
            <Category Identifier="Sensitive" DisplayName_L1="S" Policy="P" />
            <SingleRole Identifier="Cashier" DisplayName_L1="C" EntityType="Person" Policy="P" Category="Sensitive" />
            <Profile Identifier="A" DisplayName_L1="A" /><Profile Identifier="B" DisplayName_L1="B" />
            <ProfileContext Id="-2" D0="Sales" /><ProfileContext Id="-3" D0="IT" /><ProfileContext Id="-4" Category="Sensitive" SingleRole="Cashier" ResourceType="User" />
            <Job Identifier="Nightly" DisplayName_L1="N" Agent="Local"><ComputeRoleModelTask Identifier="Roles" DisplayName_L1="R" Level="0" /></Job>
            {access}
            """));
        _world.Put("Department", "Sales");
        _world.Put("Department", "Sales-East", ("Parent", "Sales"));
        _world.Put("Department", "IT");
        _world.Put("Person", "001", ("Login", "anna"), ("Department", "Sales"));
        _world.Put("Person", "002", ("Login", "bert"), ("Department", "Sales"), ("Title", "Clerk"), ("IsDraft", "true"));
        _world.Put("Person", "003", ("Login", "carl"), ("Department", "Sales-East"));
        _world.Put("Person", "004", ("Login", "dora"), ("Department", "IT"));
        _world.Put("Person", "005", ("Login", "emil"));
    }

    public PolicyWorld Policy => _world;

    /// <summary>A profile of 001 by hand.</summary>
    public static string Has(string profile, int context = -1, string more = "") =>
        $"<AssignedProfile User=\"001\" Profile=\"{profile}\" Context=\"{context}\" AccessState=\"Approved\" {more}/>";

    public static string Rule(string profile, string entityType, string children, string identifier = "R") =>
        $"<AccessControlRule Identifier=\"{identifier}\" DisplayName_L1=\"{identifier}\" Profile=\"{profile}\" EntityType=\"{entityType}\">{children}</AccessControlRule>";

    /// <summary>A rule of A that lets view people, with filters.</summary>
    public static string Viewing(string filters, string entry = "") =>
        Rule("A", "Person", $"<Entry Permission=\"{View}\" CanExecute=\"true\" {entry}/>{filters}");

    public AccessDecision Ask(AccessQuestion question, string user = "001")
    {
        using var transaction = _world.Database.BeginRead();
        var decisions = new AccessDecisions(transaction, _world.Schema, _world.Model);
        return decisions.Decide(decisions.FindUser(user), question);
    }

    public AccessDecision AskOfPerson(string person, string permission = View, string user = "001") => Ask(AccessQuestion.Of(permission, Person(person)), user);

    /// <summary>Which of the five people may be viewed.</summary>
    public string Viewed(string user = "001") => string.Join(' ', ((string[])["001", "002", "003", "004", "005"]).Where(p => AskOfPerson(p, View, user).IsAllowed));

    public AccessedEntity Person(string key) => AccessedEntity.Of(_world.Model.FindEntityType("Person")!, _world.Id(key), key);

    public Job Job => _world.Model.FindJob("Nightly")!;

    /// <summary>A profile given by a rule, as SetInternalUserProfiles stores it.</summary>
    public void Give(string person, string profile, string department, bool isDenied = false, int state = 18) => _world.Write(t => new ProfileStore(t).Insert(
    [
        new AssignedProfile
        {
            User = _world.Id(person), Profile = profile, Dimensions = $"0={_world.Id(department)}", IsAutomatic = true, IsDenied = isDenied, AccessState = state, RuleContext = "C",
        },
    ]));

    public void Dispose() => _world.Dispose();
}
