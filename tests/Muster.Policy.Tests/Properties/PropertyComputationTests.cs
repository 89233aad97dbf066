using FsCheck;
using FsCheck.Fluent;

namespace Muster.Policy.Tests.Properties;

public sealed class PropertyComputationTests
{
    [Fact]
    public void Run_Complete_ComputesInOrderOfDependencies()
    {
        using var world = new PropertyWorld();
        Assert.DoesNotContain(world.Diagnostics, d => d.Severity == Muster.Configuration.Diagnostics.DiagnosticSeverity.Error);
        world.Put("Team", "T", ("Label", "research"));
        world.Put("Person", "1", ("First", "Ada"), ("TeamCode", "T"));
        world.Put("Person", "2", ("First", "Bo"), ("TeamCode", "T"));
        world.Write(writer => writer.SetTarget(
            world.Type("Person").FindProperty("Boss")!, world.Find("Person", "2")!.Value, world.Find("Person", "1")));

        Assert.True(world.Compute(isDirty: false).Processed);

        Assert.Equal("Ada of RESEARCH", world.Value("Person", "1", "Full"));
        Assert.Equal("Bo of RESEARCH under Ada of RESEARCH", world.Value("Person", "2", "Card"));
        Assert.Equal("Ada,Bo", world.Value("Team", "T", "Crew"));
    }

    [Fact]
    public void Run_SecondTime_WritesNothing()
    {
        using var world = new PropertyWorld();
        world.Put("Team", "T", ("Label", "research"));
        world.Put("Person", "1", ("First", "Ada"), ("TeamCode", "T"));
        world.Compute(isDirty: true);
        var written = world.Database.RowsWritten;

        Assert.False(world.Compute(isDirty: true).Processed);
        Assert.False(world.Compute(isDirty: false).Processed);

        Assert.Equal(written, world.Database.RowsWritten);
    }

    [Fact]
    public void Run_DirtyAfterRename_ComputesOnlyWhoReadsIt()
    {
        using var world = new PropertyWorld();
        world.Put("Team", "T", ("Label", "research"));
        world.Put("Team", "U", ("Label", "sales"));
        world.Put("Person", "1", ("First", "Ada"), ("TeamCode", "T"));
        world.Put("Person", "2", ("First", "Bo"), ("TeamCode", "U"));
        world.Compute(isDirty: false);
        world.Compute(isDirty: true);
        world.Report.Counts.Clear();

        world.Put("Team", "T", ("Label", "labs"));
        world.Compute(isDirty: true);

        Assert.Equal("Ada of LABS", world.Value("Person", "1", "Full"));
        Assert.True(world.Report.Counts["resourcesEvaluated"] <= 5, $"{world.Report.Counts["resourcesEvaluated"]} resources were evaluated.");
    }

    [Fact]
    public void Run_FailingExpression_KeepsTheValueAndWarns()
    {
        using var world = new PropertyWorld(PropertyWorld.Company.Replace(
            "p.First + &quot; of &quot; + p.Team?.Title", "p.First.Substring(3)", StringComparison.Ordinal));
        world.Put("Person", "1", ("First", "Ad"));
        world.Put("Person", "2", ("First", "Adam"));

        var result = world.Compute(isDirty: false);

        Assert.True(result.PartlyFailed);
        Assert.Null(world.Value("Person", "1", "Full"));
        Assert.Equal("m", world.Value("Person", "2", "Full"));
        Assert.Contains(world.Report.Warnings, w => w.Contains("'E1'", StringComparison.Ordinal) && w.Contains("'Person' '1'", StringComparison.Ordinal));
    }

    /// <summary>The first promise of architecture.md, for computed properties: any history gives the same, dirty or complete.</summary>
    [Fact]
    public void Run_RandomHistory_DirtyEqualsComplete() =>
        Prop.ForAll(
            Histories().ToArbitrary(),
            history =>
            {
                using var dirty = new PropertyWorld();
                using var complete = new PropertyWorld();
                foreach (var step in history)
                {
                    foreach (var edit in step)
                    {
                        edit.Apply(dirty);
                        edit.Apply(complete);
                    }

                    dirty.Compute(isDirty: true);
                    complete.Compute(isDirty: false);
                    if (dirty.Dump() != complete.Dump())
                    {
                        return false;
                    }
                }

                return !dirty.Compute(isDirty: false).Processed;
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(25).WithReplay(20261122, 3));

    private static Gen<List<List<Edit>>> Histories()
    {
        var person = Gen.Choose(1, 4).Select(n => $"{n}");
        var team = Gen.Choose(1, 3).Select(n => $"T{n}");
        var word = Gen.Elements("a", "b", "c");
        var edits = Gen.OneOf(
            from p in person from w in word select new Edit("first", p, w),
            from p in person from t in team select new Edit("team", p, t),
            from p in person from b in person select new Edit("boss", p, b),
            from t in team from w in word select new Edit("label", t, w),
            from p in person select new Edit("delete person", p, ""),
            from t in team select new Edit("delete team", t, ""));
        return edits.ListOf(4).Select(l => l.ToList()).ListOf(5).Select(l => l.ToList());
    }

    private sealed record Edit(string Kind, string Code, string Value)
    {
        public void Apply(PropertyWorld world)
        {
            switch (Kind)
            {
                case "first":
                    world.Put("Person", Code, ("First", Value));
                    break;
                case "team":
                    world.Put("Person", Code, ("TeamCode", Value));
                    break;
                case "label":
                    world.Put("Team", Code, ("Label", Value));
                    break;
                case "boss" when world.Find("Person", Code) is { } id && Code != Value:
                    world.Write(writer => writer.SetTarget(world.Type("Person").FindProperty("Boss")!, id, world.Find("Person", Value)));
                    break;
                case "delete person" when world.Find("Person", Code) is { } id:
                    world.Write(writer => writer.Delete(world.Type("Person"), id));
                    break;
                case "delete team" when world.Find("Team", Code) is { } id:
                    world.Write(writer => writer.Delete(world.Type("Team"), id));
                    break;
                default:
                    break;
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ComputedKey_LinksAndTheirReadersFollowItInTheSameRun(bool isDirty)
    {
        using var world = new PropertyWorld(
            """
            <Agent Identifier="Local" DisplayName_L1="Local" />
            <Connector Identifier="HR" DisplayName_L1="HR" Agent="Local" />
            <EntityType Identifier="Person">
              <Property Identifier="Code" IsKey="true" />
              <Property Identifier="Hint" />
              <Property Identifier="Team" Type="ForeignKey" />
            </EntityType>
            <EntityType Identifier="Team">
              <Property Identifier="Code" IsKey="true" />
              <Property Identifier="Raw" />
              <Property Identifier="Key" IsKey="true" />
              <Property Identifier="People" Type="ForeignKey" />
            </EntityType>
            <EntityTypeMapping Identifier="Person" Connector="HR" ConnectionTable="people">
              <Property Identifier="Code" ConnectionColumn="id" IsPrimaryKey="true" />
            </EntityTypeMapping>
            <EntityAssociation Identifier="Person_Team" Property1="Team:People" IsProperty1Collection="true" Property2="Person:Team" />
            <EntityAssociationMapping Identifier="Person_Team" Connector="HR" ConnectionTable="people"
              Column1="team" EntityPropertyMapping1="Team:Key" Column2="id" EntityPropertyMapping2="Person:Code" />
            <EntityPropertyExpression Identifier="A" EntityType="Person" Property="Hint" Binding="Person:Team.Raw" />
            <EntityPropertyExpression Identifier="B" EntityType="Team" Property="Key" Binding="Team:Raw" Expression="ToUpper" />
            """);
        world.Put("Person", "P1");
        using (var transaction = world.Database.BeginWrite())
        {
            transaction.Execute("INSERT INTO pending_link (association, key1, key2) VALUES ('Person_Team', 'A', 'P1')");
            transaction.Commit();
        }

        world.Compute(isDirty: false);
        world.Put("Team", "T1", ("Raw", "a"));
        world.Compute(isDirty);
        Assert.Equal("a", world.Value("Person", "P1", "Hint"));

        world.Put("Team", "T1", ("Raw", "b"));
        world.Compute(isDirty);
        Assert.Null(world.Value("Person", "P1", "Hint"));

        world.Put("Team", "T2", ("Raw", "A"));
        world.Compute(isDirty);
        Assert.Equal("A", world.Value("Person", "P1", "Hint"));
        Assert.False(world.Compute(isDirty: false).Processed);
    }

    /// <summary>'A' sorts before 'B', and both are of one entity type: only the link's other end says that 'A' comes after.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ComputedLink_ReadersOfItsOtherEndFollowItInTheSameRun(bool isDirty)
    {
        using var world = new PropertyWorld(
            """
            <EntityType Identifier="Person">
              <Property Identifier="Code" IsKey="true" />
              <Property Identifier="BossCode" />
              <Property Identifier="Team" />
              <Property Identifier="Boss" Type="ForeignKey" />
              <Property Identifier="Reports" Type="ForeignKey" />
            </EntityType>
            <EntityAssociation Identifier="Person_Boss" Property1="Person:Reports" IsProperty1Collection="true" Property2="Person:Boss" />
            <EntityPropertyExpression Identifier="A" EntityType="Person" Property="Team"
              Expression="C#:p:return string.Join(&quot;,&quot;, p.Reports.Select(r =&gt; r.Code).OrderBy(c =&gt; c));" />
            <EntityPropertyExpression Identifier="B" EntityType="Person" Property="Boss" Binding="Person:BossCode" PropertyCriteria="Person:Code" />
            """);
        world.Put("Person", "1", ("BossCode", "1"));
        world.Put("Person", "2", ("BossCode", "1"));
        world.Compute(isDirty);
        Assert.Equal("1,2", world.Value("Person", "1", "Team"));

        world.Put("Person", "2", ("BossCode", null));
        world.Compute(isDirty);
        Assert.Equal("1", world.Value("Person", "1", "Team"));
        Assert.False(world.Compute(isDirty: false).Processed);
    }

    /// <summary>Who comes first keeps what only one can have; the next gets it when the first wants it no more, or is gone.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ComputedLink_OfOneToOneWantedByTwo_GoesToTheFirstAndThenToTheNext(bool isDirty)
    {
        using var world = new PropertyWorld(
            """
            <EntityType Identifier="Person">
              <Property Identifier="Code" IsKey="true" />
              <Property Identifier="DeskCode" />
              <Property Identifier="Desk" Type="ForeignKey" />
              <Property Identifier="DeskLabel" />
            </EntityType>
            <EntityType Identifier="Desk">
              <Property Identifier="Code" IsKey="true" />
              <Property Identifier="Person" Type="ForeignKey" />
            </EntityType>
            <EntityAssociation Identifier="Person_Desk" Property1="Person:Desk" Property2="Desk:Person" />
            <EntityPropertyExpression Identifier="A" EntityType="Person" Property="Desk" Binding="Person:DeskCode" PropertyCriteria="Desk:Code" />
            <EntityPropertyExpression Identifier="B" EntityType="Person" Property="DeskLabel" Binding="Person:Desk.Code" />
            """);
        world.Put("Desk", "D");
        world.Put("Person", "1", ("DeskCode", "D"));
        world.Put("Person", "2", ("DeskCode", "D"));
        world.Put("Person", "3", ("DeskCode", "D"));
        world.Compute(isDirty);
        Expect("D", null, null);

        world.Put("Person", "1", ("DeskCode", null));
        world.Compute(isDirty);
        Expect(null, "D", null);

        world.Put("Person", "1", ("DeskCode", "D"));
        world.Compute(isDirty);
        Expect("D", null, null);

        world.Write(writer => writer.Delete(world.Type("Person"), world.Find("Person", "1")!.Value));
        world.Compute(isDirty);
        Assert.Equal("D", world.Value("Person", "2", "DeskLabel"));
        Assert.Null(world.Value("Person", "3", "DeskLabel"));

        void Expect(params string?[] labels)
        {
            Assert.Equal(labels, new[] { "1", "2", "3" }.Select(code => world.Value("Person", code, "DeskLabel")));
            var written = world.Database.RowsWritten;
            Assert.False(world.Compute(isDirty: false).Processed);
            Assert.Equal(written, world.Database.RowsWritten);
        }
    }
}
