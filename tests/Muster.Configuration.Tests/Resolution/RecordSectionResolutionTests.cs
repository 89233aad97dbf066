using Muster.Configuration.Diagnostics;

namespace Muster.Configuration.Tests.Resolution;

/// <summary>Record sections (rolemodel.md 3.6): what is resolved, and one finding for each mistake.</summary>
public sealed class RecordSectionResolutionTests
{
    private const string Contract =
        """
        <RecordSection Identifier="Contract" DisplayName_L1="Contract" SourceEntityType="Person" ResourceEntityType="Record" StartProperty="Start" EndProperty="End" IsDefaultBoundariesSection="true">
          <Property Property="RecordId" IsExcluded="true" />
        </RecordSection>
        """;

    private const string Position =
        """
        <RecordSection Identifier="Position" DisplayName_L1="Position" SourceEntityType="Person" ResourceEntityType="Record" StartProperty="Record:Start" BoundaryKind="1"
            ExtensionKind="0" InstanceKeyExpression="C#:record:return record.RecordId;" SortKeyExpression="C#:record:return record.RecordId;" ExtendedSortKey="B">
          <Property Property="Record:Department" ExtensionKind="4" />
          <Property Property="IsDraft" />
        </RecordSection>
        """;

    /// <summary>Without dates of the context rule, which have no effect beside sections.</summary>
    private static readonly string Good = Samples.RoleModel
        .Replace("ResourcesStartBinding=\"Record:Start\" ResourcesEndBinding=\"Record:End\"", "", StringComparison.Ordinal) + Contract + Position;

    [Fact]
    public void Sections_AreResolvedInOrder()
    {
        Assert.Empty(Load.Text(Good).Diagnostics);
        var model = Load.Model(Good);

        var rule = Assert.Single(model.ContextRules);
        Assert.Equal(["Contract", "Position"], rule.Sections.Select(s => s.Identifier));
        var contract = rule.Sections[0];
        Assert.True(contract.IsDefault && contract.IsDefaultBoundaries && contract.IsExtendable && contract.KeepsMissingDates);
        Assert.Equal("Record:RecordId", Assert.Single(contract.Excluded).QualifiedName);
        Assert.Equal(("Record:Start", "Record:End"), (contract.StartProperty?.QualifiedName, contract.EndProperty?.QualifiedName));
        var position = rule.Sections[1];
        Assert.False(position.IsDefault || position.IsDefaultBoundaries);
        Assert.True(position.IsExtendable && position.KeepsMissingDates);
        Assert.Equal([("Department", false), ("IsDraft", true)], position.Properties.Select(p => (p.Key.Identifier, p.Value)));
        Assert.Null(position.EndProperty);
        Assert.Equal(("B", "Record"), (position.ExtendedSortKey, position.InstanceKey?.Root?.Identifier));
        Assert.NotNull(position.SortKey);
    }

    [Theory]
    [InlineData("SourceEntityType=\"Person\" ResourceEntityType=\"Record\" StartProperty=\"Record:Start\"", "SourceEntityType=\"Department\" ResourceEntityType=\"Record\"", "MUS1530")]
    [InlineData("SourceEntityType=\"Person\" ResourceEntityType=\"Record\" StartProperty=\"Record:Start\"", "SourceEntityType=\"Person\" ResourceEntityType=\"Department\"", "MUS1530")]
    [InlineData("SourceEntityType=\"Person\" ResourceEntityType=\"Record\" StartProperty=\"Record:Start\"", "SourceEntityType=\"Person\" ResourceEntityType=\"Rekord\"", "MUS1205")]
    [InlineData("<Property Property=\"IsDraft\" />", "<Property Property=\"IsDraft\" /></RecordSection><RecordSection Identifier=\"Again\" DisplayName_L1=\"A\" SourceEntityType=\"Person\" ResourceEntityType=\"Record\"><Property Property=\"Department\" />", "MUS1530")]
    [InlineData("<Property Property=\"IsDraft\" />", "<Property Property=\"IsDraft\" /></RecordSection><RecordSection Identifier=\"Again\" DisplayName_L1=\"A\" SourceEntityType=\"Person\" ResourceEntityType=\"Record\">", "MUS1530")]
    [InlineData("BoundaryKind=\"1\"", "IsDefaultBoundariesSection=\"true\"", "MUS1530")]
    [InlineData("StartProperty=\"Record:Start\"", "StartProperty=\"Begin\"", "MUS1206")]
    [InlineData("StartProperty=\"Record:Start\"", "StartProperty=\"RecordId\"", "MUS1207")]
    [InlineData("StartProperty=\"Record:Start\"", "StartProperty=\"Department\"", "MUS1207")]
    [InlineData("<Property Property=\"IsDraft\" />", "<Property Property=\"Draft\" />", "MUS1206")]
    [InlineData("<Property Property=\"IsDraft\" />", "<Property Property=\"IsDraft\" IsExcluded=\"true\" />", "MUS1531")]
    [InlineData("IsDefaultBoundariesSection=\"true\"", "BoundaryKind=\"Kept\"", "MUS1531")]
    [InlineData("SortKeyExpression=\"C#:record:return record.RecordId;\"", "", "MUS1531")]
    [InlineData("<Property Property=\"RecordId\" IsExcluded=\"true\" />", "<Property Property=\"RecordId\" />", "MUS1531")]
    [InlineData("<ContextRule ", "<EntityPropertyExpression Identifier=\"S\" EntityType=\"Record\" Property=\"Record:Start\" Expression=\"C#:record:return record.End;\" /><ContextRule ", "MUS1530")]
    public void Sections_OneMistake_IsFound(string part, string replacement, string code)
    {
        Assert.Contains(part, Good, StringComparison.Ordinal);

        var result = Load.Text(Good.Replace(part, replacement, StringComparison.Ordinal));

        Assert.True(result.Diagnostics.Any(d => d.Code == code), $"{code} is not among:\n{string.Join('\n', result.Diagnostics)}");
        Assert.All(result.Diagnostics, d => Assert.EndsWith(".", d.Text, StringComparison.Ordinal));
        Assert.Equal(result.Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error), result.Model is null);
    }

    [Fact]
    public void DatesOfTheContextRule_BesideSections_AreANotice() =>
        Assert.Equal(DiagnosticSeverity.Notice, Load.Finding(Samples.RoleModel + Contract + Position, DiagnosticCodes.RecordSectionEffect).Severity);

    [Fact]
    public void BoundExcludedProperty_IsAWarning() =>
        Assert.Contains("dimension 'Department'", Load.Finding(
            Good.Replace(Position, "", StringComparison.Ordinal).Replace("Property=\"RecordId\" IsExcluded", "Property=\"Department\" IsExcluded", StringComparison.Ordinal),
            DiagnosticCodes.RecordSectionEffect).Text, StringComparison.Ordinal);

    [Fact]
    public void NoDefaultSection_IsOneWithoutDates()
    {
        var model = Load.Model(Good.Replace(Contract, "", StringComparison.Ordinal));

        var added = model.ContextRules[0].Sections[^1];
        Assert.True(added.IsDefault && added.IsExtendable);
        Assert.Null(added.StartProperty);
    }
}
