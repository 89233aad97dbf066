using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Muster.Configuration;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Exchange;
using Muster.Configuration.Values;
using Muster.Policy.Compilation;
using Muster.Policy.Decisions;
using Muster.Policy.Orders;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;
using Muster.Repository.Files;
using static Muster.Repository.Assignments.ProvisioningState;

namespace Muster.Policy.Tests.RoleModel;

/// <summary>Files of accounts by BinaryRule (rolemodel.md 3.10): as scalars, and told by their references.</summary>
public sealed class BinaryRuleTests
{
    private const string Rule = "<BinaryRule Policy=\"P\" Property=\"Thumbnail\" Binding=\"Person:Photo\" />";

    private static readonly string Model = Given.Model
        .Replace("<Property Identifier=\"Login\" Type=\"String\" />", "<Property Identifier=\"Login\" Type=\"String\" /><Property Identifier=\"Photo\" Type=\"Binary\" /><Property Identifier=\"Card\" Type=\"Binary\" />", StringComparison.Ordinal)
        .Replace("<Property Identifier=\"Secret\" Type=\"String\" />", "<Property Identifier=\"Secret\" Type=\"String\" /><Property Identifier=\"Thumbnail\" Type=\"Binary\" /><Property Identifier=\"ThumbnailTag\" Type=\"Int32\" />", StringComparison.Ordinal);

    private static readonly string Ann = Convert.ToBase64String("GIF89a Ann"u8);
    private static readonly string Other = Convert.ToBase64String([0xFF, 0xD8, 0xFF, 1]);

    private static string Reference(string base64) => FileReference.Of(Convert.FromBase64String(base64))!;

    private static PolicyWorld World(string rules = Rule, string attributes = "BlockProvisioning=\"false\"", string? photo = null, string department = "IT")
    {
        var world = new PolicyWorld(Given.Accounts(attributes, scalars: rules), Model);
        world.Put("Department", "Sales");
        world.Put("Department", "IT");
        world.Put("Group", "sales-staff");
        world.Put("Person", "001", ("Login", "anna"), ("Department", department), ("Photo", photo ?? Ann), ("Card", Other));
        return world;
    }

    /// <summary>The person has an account with what the rules want, as a synchronisation told.</summary>
    private static PolicyWorld Provisioned(string rules = Rule, string attributes = "BlockProvisioning=\"false\"")
    {
        var world = World(rules, attributes);
        world.Compute();
        world.Fulfill();
        world.Compute();
        return world;
    }

    [Fact]
    public void Creation_CarriesTheFile_AndTheNextSynchronizationConfirmsIt()
    {
        using var world = World();
        world.Compute();
        Assert.Equal((Reference(Ann), Pending), (world.Scalar("001", "Thumbnail").PolicyValue, world.Scalar("001", "Thumbnail").ProvisioningState));

        world.Generate(force: true);
        var order = Assert.Single(world.Take());

        Assert.Equal(OrderChangeType.Added, order.ChangeType);
        var file = order.Changes["Thumbnail"]!;
        Assert.Equal(("001_Thumbnail", "image/gif", Ann), ((string?)file["FileName"], (string?)file["MimeType"], (string?)file["Data"]));
        Assert.False(order.Owner.ContainsKey("Photo"));
        Assert.Equal(Transmitted, world.Scalar("001", "Thumbnail").ProvisioningState);
        world.Fulfill();
        world.Compute();
        var value = world.Scalar("001", "Thumbnail");
        Assert.Equal((Verified, Reference(Ann), WorkflowState.PolicyApproved), (value.ProvisioningState, value.CurrentValue, value.WorkflowState));
        world.AssertSettled();
    }

    [Fact]
    public void PhotoChangesAndGoes_EachIsOneOrderOfThatFile()
    {
        using var world = Provisioned();
        world.Put("Person", "001", ("Photo", Other));
        world.Compute();
        world.Generate(force: true);

        var change = Assert.Single(world.Take());

        Assert.Equal(["Thumbnail"], change.Changes.Select(c => c.Key));
        Assert.Equal(("image/jpeg", Other), ((string?)change.Changes["Thumbnail"]!["MimeType"], (string?)change.Changes["Thumbnail"]!["Data"]));
        world.Fulfill();
        world.Compute();
        Assert.Equal(Verified, world.Scalar("001", "Thumbnail").ProvisioningState);

        world.Put("Person", "001", ("Photo", null));
        world.Compute();
        world.Generate(force: true);
        var removal = Assert.Single(world.Take());
        Assert.True(removal.Changes.ContainsKey("Thumbnail"));
        Assert.Null(removal.Changes["Thumbnail"]);
        world.Fulfill();
        world.Compute();
        Assert.Equal((Verified, null), (world.Scalar("001", "Thumbnail").ProvisioningState, world.Scalar("001", "Thumbnail").CurrentValue));
        world.AssertSettled();
    }

    [Theory]
    [InlineData(ReviewVerdict.Remove, WorkflowState.PolicyApproved, Pending)]
    [InlineData(ReviewVerdict.Keep, WorkflowState.Approved, Verified)]
    public void PhotoChangedInTheDirectory_IsReviewedAsAScalarIs(ReviewVerdict verdict, WorkflowState workflow, ProvisioningState state)
    {
        using var world = Provisioned();
        var dn = world.Type("001").Row.Resource!.Value;
        world.Put("Account", "cn=10", ("Thumbnail", Other));
        world.Compute();
        Assert.Equal(dn, world.Id("cn=10"));
        Assert.Equal((WorkflowState.Found, Blocked), (world.Scalar("001", "Thumbnail").WorkflowState, world.Scalar("001", "Thumbnail").ProvisioningState));
        var waiting = Assert.Single(world.Waiting("001"), w => w.Property == "Thumbnail");

        world.Review(verdict, waiting.Id);

        Assert.Equal((workflow, state), (world.Scalar("001", "Thumbnail").WorkflowState, world.Scalar("001", "Thumbnail").ProvisioningState));
        world.Compute();
        world.AssertSettled();
    }

    [Fact]
    public void RuleWithARole_GivesTheResourceTypeAndComesFirst()
    {
        var rules = Rule + "<BinaryRule Policy=\"P\" Property=\"Thumbnail\" Binding=\"Person:Card\" SingleRole=\"Staff\" />";
        using var world = World(rules, department: "Sales");
        world.Compute();
        Assert.Equal(Reference(Other), world.Scalar("001", "Thumbnail").PolicyValue);

        var induced = Given.Accounts(scalars: rules).Replace("<TypeRule Policy=\"P\" />", "", StringComparison.Ordinal);
        world.Deploy(Regex.Replace(induced, "<NavigationRule.*?/>", ""), Model);
        world.Compute(dirty: false);
        Assert.Equal(WorkflowState.GivenByRole, world.Type("001").Row.WorkflowState);

        world.Put("Person", "001", ("Department", "IT"));
        world.Compute();
        Assert.DoesNotContain(world.Of("001").Types, t => t.Row.WorkflowState == WorkflowState.GivenByRole);
    }

    [Fact]
    public void RuleAfterTheEnd_HoldsThen()
    {
        using var world = World(Rule + "<BinaryRule Policy=\"P\" Property=\"Thumbnail\" Binding=\"Person:Card\" TimeOffsetReference=\"After\" TimeOffsetAfterReference=\"14400\" />");
        world.Put("Person", "001", ("End", "20260120000000"));
        world.Compute();
        Assert.Equal(Reference(Ann), world.Scalar("001", "Thumbnail").PolicyValue);

        world.At("2026-01-22");
        world.Compute();

        Assert.Equal(Reference(Other), world.Scalar("001", "Thumbnail").PolicyValue);
        world.AssertSettled();
    }

    [Fact]
    public void DifferenceOfTheFirstLoad_IsPreExistingAndStays()
    {
        using var world = World(attributes: "BlockProvisioning=\"true\"");
        world.Put("Account", "cn=anna", ("Login", "anna"), ("Thumbnail", Other));
        world.Job(dirty: false);

        Assert.True(new PreExistingRights(world.Database, world.Schema, world.Policy).Save(world, CancellationToken.None).Processed);
        world.Job(dirty: true);

        Assert.Equal((WorkflowState.Historic, Verified), (world.Scalar("001", "Thumbnail").WorkflowState, world.Scalar("001", "Thumbnail").ProvisioningState));
        world.AssertSettled();
    }

    [Fact]
    public void StoredOrder_RefersToTheContent_AndItsFileHasIt()
    {
        using var world = World();
        world.Compute();
        world.Generate(force: true);

        using (var transaction = world.Database.BeginRead())
        {
            var stored = Assert.Single(new OrderQueries(transaction).List());
            Assert.DoesNotContain("\"Data\"", stored.Document, StringComparison.Ordinal);
            Assert.Contains(Reference(Ann), stored.Document, StringComparison.Ordinal);
        }

        var path = Assert.Single(world.Work.Files("ProvisioningOrders"), f => f.EndsWith(".json", StringComparison.Ordinal));
        using var reader = new StreamReader(world.Work.OpenRead(path), Encoding.UTF8);
        var order = JsonNode.Parse(reader.ReadToEnd())!["ProvisioningOrdersList"]![0]!;
        Assert.Equal(Ann, (string?)order["Changes"]!["Thumbnail"]!["Data"]);
    }

    [Fact]
    public void OpenOrder_KeepsItsContent_WhenThePersonHasAnotherPhotoMeanwhile()
    {
        using var world = World();
        world.Compute();
        world.Generate(force: true);
        var taken = Assert.Single(world.Take());
        world.Write(t => new Muster.Repository.Resources.ResourceWriter(t, world.Schema, new(null, null, null, false), keepHistory: false).Update(
            world.Model.FindEntityType("Person")!,
            world.Id("001"),
            new Dictionary<Muster.Configuration.Model.EntityProperty, string?> { [world.Model.FindEntityType("Person")!.FindProperty("Photo")!] = null }));
        world.Compute();
        world.Write(t => new FileStore(t).Sweep(world.Schema));

        Assert.Equal(Ann, (string?)Assert.Single(world.Take(), o => o.Id == taken.Id).Changes["Thumbnail"]!["Data"]);
        world.Answer(taken);
        world.Write(t => new FileStore(t).Sweep(world.Schema));
        using var transaction = world.Database.BeginRead();
        Assert.Null(new FileStore(transaction).Read(Reference(Ann)));
    }

    [Fact]
    public void OrdersOfManyLargeFiles_AreHandedOutInSmallerPages()
    {
        using var world = World();
        world.Put("Person", "002", ("Login", "bob"), ("Photo", Other));
        world.Compute();
        world.Generate(force: true);
        var orders = world.Take();
        using var transaction = world.Database.BeginRead();
        var files = new FileStore(transaction);

        Assert.Equal(2, orders.Count);
        Assert.Equal(2, OrderedFiles.Fitting(orders, files, 14).Count);
        Assert.Single(OrderedFiles.Fitting(orders, files, 13));
        Assert.Single(OrderedFiles.Fitting(orders, files, 1));
    }

    [Fact]
    public void ResourceThatMusterOwns_GetsTheFileAndItsTag()
    {
        var model = Regex.Replace(Model, "<EntityTypeMapping Identifier=\"(Account|Group)\".*?</EntityTypeMapping>", "", RegexOptions.Singleline);
        using var world = new PolicyWorld(Given.Accounts(scalars: Rule + "<ScalarRule Policy=\"P\" Property=\"Dn\" Binding=\"Person:Login\" />"), model);
        world.Put("Person", "001", ("Login", "anna"), ("Photo", Ann));
        world.Compute();
        world.Generate(force: true);

        world.FulfillInternally();
        world.Compute();

        Assert.Equal(Verified, world.Scalar("001", "Thumbnail").ProvisioningState);
        Assert.Contains($"\"Thumbnail\":\"{Reference(Ann)}\",\"ThumbnailTag\":\"{FileReference.DataHash(Reference(Ann))}\"", world.Dump(), StringComparison.Ordinal);
        world.AssertSettled();
    }

    [Fact]
    public void Explanation_NamesTheRuleAndWhatItRead()
    {
        using var world = Provisioned();

        var value = Assert.Single(world.Explain("Person", "001").Owner!.ResourceTypes.Single(t => t.ResourceType == "User").Values, v => v.Property == "Thumbnail");

        Assert.Equal("User/BinaryRule/1", Assert.Single(value.Rules).Rule);
        Assert.Equal(Reference(Ann), Assert.Single(Assert.Single(value.Inputs).Values));
        Assert.Contains("\"binaries\":[{\"Property\":\"Thumbnail\"", world.Snapshot(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<BinaryRule Policy=\"P\" Property=\"Thumbnail\" Binding=\"Person:Login\" />", "MUS2007", "does not lead to a file")]
    [InlineData("<ScalarRule Policy=\"P\" Property=\"Title\" Binding=\"Person:Photo\" />", "MUS2007", "leads to a file")]
    [InlineData("<BinaryRule Policy=\"P\" Property=\"Title\" Binding=\"Person:Photo\" />", "MUS1207", "is not a file")]
    [InlineData("<BinaryRule Policy=\"P\" Property=\"Thumbnail\" />", "MUS1506", "has no file")]
    [InlineData("<BinaryRule Policy=\"P\" Property=\"Thumbnail\" Binding=\"C#:person:return person.Login;\" />", "MUS2007", "can only be bound")]
    public void RuleThatCannotGiveAFile_IsAnErrorOfTheConfiguration(string rule, string code, string text)
    {
        var loaded = ConfigurationLoader.LoadText(
            [("Conf.xml", $"<ConfigurationFile xmlns=\"urn:schemas-usercube-com:configuration\">{Model}{Given.Accounts(scalars: rule)}</ConfigurationFile>")]);
        var bag = new DiagnosticBag();
        if (loaded.Model is { } model)
        {
            PolicyCompiler.Compile(model, bag);
        }

        var error = Assert.Single(loaded.Diagnostics.Concat(bag.Items), d => d.Severity == DiagnosticSeverity.Error);
        Assert.Contains(text, error.Text, StringComparison.Ordinal);
        Assert.StartsWith("MUS", code, StringComparison.Ordinal);
        Assert.Equal(code, error.Code);
    }
}
