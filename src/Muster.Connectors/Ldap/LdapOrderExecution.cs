using System.Text;
using Muster.Configuration.Exchange;
using Muster.Configuration.Values;
using Muster.Connectors.Ldap.Protocol;
using Muster.Connectors.Ldif;

namespace Muster.Connectors.Ldap;

/// <summary>
/// Executes one order on a connection (synchronization.md 15.1). Everything that it does may have been done before, by an attempt that was
/// cut off: a rename finds its entry under the new name, an addition its own entry, a link that is there is left alone.
/// </summary>
internal sealed class LdapOrderExecution(
    LdapSession session, LdapTarget target, RenamedEntries renamed, AccountPasswords passwords, CancellationToken cancellationToken)
{
    /// <summary>Executes an order and gives the keys of its entry. Throws <see cref="LdapFault"/> and <see cref="DirectoryRefusal"/>.</summary>
    /// <param name="wasBegun">An earlier attempt may have done all or a part of it.</param>
    public async Task<IReadOnlyDictionary<string, string>> ExecuteAsync(ProvisioningOrder order, EntryPlan plan, bool wasBegun) => order.ChangeType switch
    {
        OrderChangeType.Added => await AddAsync(order, plan, wasBegun).ConfigureAwait(false),
        OrderChangeType.Modified => await ModifyAsync(order, plan).ConfigureAwait(false),
        OrderChangeType.Deleted => await DeleteAsync(order, plan).ConfigureAwait(false),
        _ => new Dictionary<string, string>(),
    };

    private async Task<IReadOnlyDictionary<string, string>> AddAsync(ProvisioningOrder order, EntryPlan plan, bool wasBegun)
    {
        if (plan.Name is null && plan.Parent is null)
        {
            throw new DirectoryRefusal("The order says neither the entry's name nor the entry above it. Add a rule for one of them.");
        }

        var planned = plan.NewName(null) ?? throw new DirectoryRefusal(
            $"The order has no value for the relative name '{plan.Layout.RdnAttribute}'. Flag its property with IsRDNProperty and add a rule for it.");
        var name = BelowItsParent(planned);
        var password = passwords.Of(order.Id, plan, session, target);
        var attributes = NewEntry.AttributesOf(plan, name, isEnabled: password is not null);
        password?.Prepare(name, attributes);
        var done = await session.AskAsync(id => LdapWriter.Add(id, name.ToString(), attributes, PostRead), cancellationToken).ConfigureAwait(false);
        var isNew = done.Code != LdapCode.EntryAlreadyExists;
        if (isNew && done.Code != LdapCode.Success)
        {
            password?.Abandon();
            LdapMessages.Require(done, $"the creation of '{name}'");
        }
        else if (!isNew && !await IsOwnAsync(name, attributes, wasBegun).ConfigureAwait(false))
        {
            password?.Abandon();
            throw new DirectoryRefusal($"The entry '{name}' exists already.");
        }

        if (password is not null)
        {
            await SetAsync(password, name, attributes, isNew).ConfigureAwait(false);
        }

        await WriteLinksAsync(plan, name, plan.Links.Where(l => l.Other is not null)).ConfigureAwait(false);
        var made = LdapReader.ReadPostRead(done);
        return made is null ? await ReadKeysAsync(plan, name).ConfigureAwait(false) : KeysOf(plan, name, made);
    }

    /// <summary>An account whose password the server refuses does not stay: the next order for it would meet it as somebody else's.</summary>
    private async Task SetAsync(AccountPassword password, DistinguishedName name, List<LdapAttribute> attributes, bool isNew)
    {
        try
        {
            await password.SetAsync(name, attributes, isNew, cancellationToken).ConfigureAwait(false);
        }
        catch (DirectoryRefusal refusal)
        {
            var done = await session.AskAsync(id => LdapWriter.Delete(id, name.ToString(), []), cancellationToken).ConfigureAwait(false);
            password.AbandonInAnyCase();
            throw done.Code == LdapCode.Success
                ? new DirectoryRefusal($"{refusal.Message} The account was taken away again.")
                : new DirectoryRefusal($"{refusal.Message} The account stays without password, since it cannot be deleted either: {new LdapFault(done).Message}.");
        }
    }

    /// <summary>An entry that exists is the order's own if the order was begun before and the entry has all that would be written.</summary>
    private async Task<bool> IsOwnAsync(DistinguishedName name, List<LdapAttribute> attributes, bool wasBegun)
    {
        var existing = wasBegun
            ? await session.FindAsync(name.ToString(), [.. attributes.Select(a => a.Name)], cancellationToken).ConfigureAwait(false)
            : null;
        return existing is not null && attributes.TrueForAll(wanted => wanted.Is("objectClass") || wanted.Is("userAccountControl") || wanted.Values.All(value =>
            existing.Find(wanted.Name)?.Values.Any(found => IsSame(found, value)) == true));
    }

    private async Task<IReadOnlyDictionary<string, string>> ModifyAsync(ProvisioningOrder order, EntryPlan plan)
    {
        var attributes = plan.Replacements.Keys.Concat(plan.Bits.Select(b => b.Format.Attribute)).Append(target.Key.Attribute).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var entry = await FindAsync(order, plan, attributes).ConfigureAwait(false) ?? throw new DirectoryRefusal(
            $"The entry {Shown(plan)} is not in the directory. Synchronize the directory, and compute the role model again.");
        var current = LdapMessages.NameOf(entry);
        var name = BelowItsParent(plan.NewName(current)!);
        if (name != current || name.Rdn.Value != current.Rdn.Value)
        {
            var superior = name.Parent == current.Parent ? null : name.Parent.ToString();
            var done = await session.AskAsync(
                id => LdapWriter.Rename(id, entry.Dn, name.Rdn.ToString(), true, superior), cancellationToken).ConfigureAwait(false);
            LdapMessages.Require(done, $"the new name '{name}' for '{entry.Dn}'");
            renamed.Add(current, name);
        }

        var changes = Changes(plan, entry, name);
        if (changes.Count > 0)
        {
            var done = await session.AskAsync(id => LdapWriter.Modify(id, name.ToString(), changes, Controls(plan)), cancellationToken).ConfigureAwait(false);
            LdapMessages.Require(done, $"the change of '{name}'");
        }

        await WriteLinksAsync(plan, name, plan.Links).ConfigureAwait(false);
        return name == current && name.Rdn.Value == current.Rdn.Value ? KeysOf(plan, name, entry) : await ReadKeysAsync(plan, name).ConfigureAwait(false);
    }

    /// <summary>Only what differs from what is there.</summary>
    private static List<LdapChange> Changes(EntryPlan plan, LdapEntry entry, DistinguishedName name)
    {
        var changes = new List<LdapChange>();
        foreach (var (attribute, replacement) in plan.Replacements)
        {
            var current = entry.Find(attribute)?.Values ?? [];
            var wanted = replacement.Select(v => v.Octets).ToList();
            var naming = name.Rdn.Attributes.FirstOrDefault(a => a.Attribute.Equals(attribute, StringComparison.OrdinalIgnoreCase));
            if (naming is { IsHexadecimal: false } && !wanted.Exists(v => IsSame(v, Encoding.UTF8.GetBytes(naming.Value))))
            {
                // The value that names the entry stays.
                wanted.Add(Encoding.UTF8.GetBytes(naming.Value));
            }

            if (current.Count != wanted.Count || !wanted.TrueForAll(w => current.Any(c => c.AsSpan().SequenceEqual(w))))
            {
                changes.Add(new LdapChange(LdapChangeKind.Replace, new LdapAttribute(attribute, wanted)));
            }
        }

        foreach (var bits in plan.Bits.GroupBy(b => b.Format.Attribute, StringComparer.OrdinalIgnoreCase))
        {
            var current = entry.Find(bits.Key)?.Values is [var value, ..] ? Encoding.ASCII.GetString(value) : null;
            var wanted = bits.Aggregate(current, (whole, bit) => bit.Format.SetBit(whole, bit.Value));
            if (wanted != current)
            {
                changes.Add(new LdapChange(LdapChangeKind.Replace, new LdapAttribute(bits.Key, [Encoding.ASCII.GetBytes(wanted!)])));
            }
        }

        return changes;
    }

    /// <summary>Single values are added and removed: a group may have a hundred thousand, and others change it too.</summary>
    private async Task WriteLinksAsync(EntryPlan plan, DistinguishedName name, IEnumerable<PlannedLink> links)
    {
        foreach (var attribute in plan.ClearedBacklinks)
        {
            await ClearBacklinksAsync(plan, attribute, name).ConfigureAwait(false);
        }

        foreach (var group in links.GroupBy(l => (Entry: l.Other is null ? name : renamed.Follow(l.Other), l.Attribute, l.IsAdd)))
        {
            var values = group.Select(l => l.Value is null ? name.ToString() : Renamed(l.Value)).Distinct(StringComparer.Ordinal).ToList();
            await EditAsync(group.Key.Entry, group.Key.Attribute, group.Key.IsAdd, values).ConfigureAwait(false);
            if (!group.Key.IsAdd && target.Key.FollowsRenamesLater)
            {
                await RemoveFormerAsync(group.Key.Entry, group.Key.Attribute, values).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// A server that rewrites references in the background (slapd's <c>refint</c>) may still hold the name that an entry had before this run renamed
    /// it: the removal of the new name finds nothing, and the value would come back under it.
    /// </summary>
    private async Task RemoveFormerAsync(DistinguishedName entry, string attribute, List<string> values)
    {
        foreach (var value in values.Where(v => v.Contains('=', StringComparison.Ordinal)))
        {
            if (!DistinguishedName.TryParse(value, out var name) || renamed.FormerNamesOf(name) is not { Count: > 0 } former)
            {
                continue;
            }

            foreach (var before in former)
            {
                if (await session.FindAsync(before.ToString(), ["1.1"], cancellationToken).ConfigureAwait(false) is not null)
                {
                    // Another entry has the name by now, and the value may be meant for it.
                    continue;
                }

                await EditAsync(entry, attribute, false, [before.ToString()]).ConfigureAwait(false);
            }

            // It may have been rewritten between the two.
            await EditAsync(entry, attribute, false, [value]).ConfigureAwait(false);
        }
    }

    private string Renamed(string value) =>
        value.Contains('=', StringComparison.Ordinal) && DistinguishedName.TryParse(value, out var name) ? renamed.Follow(name, value) : value;

    private async Task ClearBacklinksAsync(EntryPlan plan, string attribute, DistinguishedName name)
    {
        var holders = new List<string>();
        var wanted = plan.Links.Where(l => l.Other is not null && l.Attribute.Equals(attribute, StringComparison.OrdinalIgnoreCase)).Select(l => renamed.Follow(l.Other!)).ToList();
        foreach (var baseDn in target.Bases)
        {
            var search = new LdapSearch(baseDn, LdapScope.Subtree, SearchFilter.Equal(attribute, name.ToString()), ["1.1"]);
            await foreach (var entry in session.SearchAsync(search, cancellationToken).ConfigureAwait(false))
            {
                holders.Add(entry.Dn);
            }
        }

        foreach (var holder in holders.Select(DistinguishedName.Parse).Where(h => !wanted.Contains(h)))
        {
            await EditAsync(holder, attribute, false, [name.ToString()]).ConfigureAwait(false);
        }
    }

    private async Task EditAsync(DistinguishedName entry, string attribute, bool isAdd, List<string> values)
    {
        var kind = isAdd ? LdapChangeKind.Add : LdapChangeKind.Delete;
        var done = await ModifyAsync(entry, kind, attribute, values).ConfigureAwait(false);
        var mayBeDone = IsDoneAlready(done, isAdd) || (!isAdd && done.Code == LdapCode.UnwillingToPerform);
        if (!mayBeDone || values.Count == 1)
        {
            await RequireAsync(done, entry, attribute, isAdd, values).ConfigureAwait(false);
            return;
        }

        // One of them is there (or gone) already: the others one by one.
        foreach (var value in values)
        {
            done = await ModifyAsync(entry, kind, attribute, [value]).ConfigureAwait(false);
            await RequireAsync(done, entry, attribute, isAdd, [value]).ConfigureAwait(false);
        }
    }

    private async Task RequireAsync(LdapDone done, DistinguishedName entry, string attribute, bool isAdd, List<string> values)
    {
        // Domain controllers are unwilling to remove a member that is none.
        var isGone = !isAdd && done.Code == LdapCode.UnwillingToPerform
            && await FirstAsync(new LdapSearch(entry.ToString(), LdapScope.Base, SearchFilter.Equal(attribute, values[0]), ["1.1"])).ConfigureAwait(false) is null;
        if (!isGone && !IsDoneAlready(done, isAdd))
        {
            LdapMessages.Require(done, Subject(entry, attribute, isAdd, values));
        }
    }

    private static string Subject(DistinguishedName entry, string attribute, bool isAdd, List<string> values) =>
        $"{(isAdd ? "the addition of" : "the removal of")} '{values[0]}'{(values.Count > 1 ? $" and {values.Count - 1} more" : "")} {(isAdd ? "to" : "from")} '{attribute}' of '{entry}'";

    // Active Directory says of a member that is there that the entry exists already.
    private static bool IsDoneAlready(LdapDone done, bool isAdd) =>
        isAdd ? done.Code is LdapCode.AttributeOrValueExists or LdapCode.EntryAlreadyExists : done.Code is LdapCode.NoSuchAttribute or LdapCode.NoSuchObject;

    private Task<LdapDone> ModifyAsync(DistinguishedName entry, LdapChangeKind kind, string attribute, List<string> values) => session.AskAsync(
        id => LdapWriter.Modify(
            id, entry.ToString(), [new LdapChange(kind, new LdapAttribute(attribute, [.. values.Select(Encoding.UTF8.GetBytes)]))], Permissive),
        cancellationToken);

    private async Task<IReadOnlyDictionary<string, string>> DeleteAsync(ProvisioningOrder order, EntryPlan plan)
    {
        if (plan.CurrentName is null && KeyOf(order, plan) is null)
        {
            throw new DirectoryRefusal("The order does not say which entry to delete: its resource has no distinguished name.");
        }

        if (await FindAsync(order, plan, [target.Key.Attribute]).ConfigureAwait(false) is { } entry)
        {
            await DeleteAsync(entry.Dn, plan.Layout.UseTreeDelete).ConfigureAwait(false);
        }

        return new Dictionary<string, string>();
    }

    private async Task DeleteAsync(string dn, bool withAllBelow)
    {
        var hasControl = withAllBelow && session.Supports(LdapOid.TreeDelete);
        LdapControl[] controls = hasControl ? [new LdapControl(LdapOid.TreeDelete, true)] : [];
        var done = await session.AskAsync(id => LdapWriter.Delete(id, dn, controls), cancellationToken).ConfigureAwait(false);
        if (done.Code == LdapCode.NotAllowedOnNonLeaf && withAllBelow)
        {
            // A server without the control: from the lowest entries up.
            var below = new List<LdapEntry>();
            await foreach (var entry in session.SearchAsync(new LdapSearch(dn, LdapScope.Subtree, SearchFilter.All, ["1.1"]), cancellationToken).ConfigureAwait(false))
            {
                below.Add(entry);
            }

            foreach (var entry in below.OrderByDescending(e => LdapMessages.NameOf(e).Components.Count))
            {
                await DeleteAsync(entry.Dn, false).ConfigureAwait(false);
            }
        }
        else if (done.Code != LdapCode.NoSuchObject)
        {
            LdapMessages.Require(done, $"the deletion of '{dn}'{(done.Code == LdapCode.NotAllowedOnNonLeaf ? ", which has entries below it (UseTreeDelete would take them along)" : "")}");
        }
    }

    /// <summary>The name that an entry gets below the one above it, which may have been renamed since the order was made.</summary>
    private DistinguishedName BelowItsParent(DistinguishedName name) => renamed.Follow(name.Parent).Child(name.Rdn);

    /// <summary>The order's entry, wherever it is now: by the identifier that never changes, else by its name.</summary>
    private async Task<LdapEntry?> FindAsync(ProvisioningOrder order, EntryPlan plan, IReadOnlyList<string> attributes)
    {
        var key = KeyOf(order, plan);
        foreach (var name in new[] { plan.CurrentName, plan.CurrentName is null ? null : renamed.Follow(plan.CurrentName) }.OfType<DistinguishedName>().Distinct())
        {
            var entry = await session.FindAsync(name.ToString(), attributes, cancellationToken).ConfigureAwait(false);
            if (entry is not null && (key is null || target.Key.IdOf(entry) == key))
            {
                return entry;
            }
        }

        if (key is { } id)
        {
            foreach (var search in target.Key.SearchesFor(id, target.Bases, attributes))
            {
                if (await FirstAsync(search).ConfigureAwait(false) is { } entry)
                {
                    return entry;
                }
            }

            return null;
        }

        // A repeated rename finds its entry under the new name.
        return order.ChangeType == OrderChangeType.Modified && plan.NewName(plan.CurrentName) is { } ordered
            ? await session.FindAsync(ordered.ToString(), attributes, cancellationToken).ConfigureAwait(false)
            : null;
    }

    private async Task<LdapEntry?> FirstAsync(LdapSearch search)
    {
        LdapEntry? first = null;
        await foreach (var response in session.Connection.SearchAsync(search, cancellationToken).ConfigureAwait(false))
        {
            first ??= response as LdapEntry;
            if (response is LdapDone { Code: not (LdapCode.Success or LdapCode.NoSuchObject) } done)
            {
                throw new LdapFault(done);
            }
        }

        return first;
    }

    private static Guid? KeyOf(ProvisioningOrder order, EntryPlan plan) =>
        plan.Layout.UuidProperty is { } property && Guid.TryParse(EntryChange.TextOf(order.Resource?[property.Identifier]), out var key) ? key : null;

    private async Task<IReadOnlyDictionary<string, string>> ReadKeysAsync(EntryPlan plan, DistinguishedName name) =>
        KeysOf(plan, name, await session.FindAsync(name.ToString(), [target.Key.Attribute], cancellationToken).ConfigureAwait(false));

    private Dictionary<string, string> KeysOf(EntryPlan plan, DistinguishedName name, LdapEntry? entry)
    {
        var keys = new Dictionary<string, string>();
        if (plan.Layout.NameProperty is { } nameProperty)
        {
            keys[nameProperty.Identifier] = entry?.Dn ?? name.ToString();
        }

        if (entry is not null && plan.Layout.UuidProperty is { } key
            && plan.Layout.FormatOf(key)!.TryRead([.. (entry.Find(target.Key.Attribute)?.Values ?? []).Select(v => new LdifValue(v))], out var text) && text is not null)
        {
            keys[key.Identifier] = text;
        }

        return keys;
    }

    /// <summary>Asks for the new entry's key with the result (RFC 4527), where the server can; elsewhere it is read.</summary>
    private LdapControl[] PostRead => session.Supports(LdapOid.PostRead) ? [LdapWriter.PostRead([target.Key.Attribute])] : [];

    private LdapControl[] Controls(EntryPlan plan) => plan.Layout.UsePermissiveModify ? Permissive : [];

    /// <summary>A link that is there already, or gone already, is no error in any case; servers that can are told so.</summary>
    private LdapControl[] Permissive => session.Supports(LdapOid.PermissiveModify) ? [new LdapControl(LdapOid.PermissiveModify, true)] : [];

    private static bool IsSame(byte[] left, byte[] right) => left.AsSpan().SequenceEqual(right)
        || string.Equals(new LdifValue(left).Text ?? "\0l", new LdifValue(right).Text ?? "\0r", StringComparison.OrdinalIgnoreCase);

    private static string Shown(EntryPlan plan) => plan.CurrentName is { } name ? $"'{name}'" : "of the order";
}
